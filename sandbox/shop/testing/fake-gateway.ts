import { Hono } from 'hono'
import { z } from 'zod'
import { listen } from './fake-sandbox.ts'

const saleBody = z.strictObject({
  till_id: z.string(),
  currency: z.string(),
  lines: z.array(z.strictObject({ name: z.string(), quantity: z.number(), unit_amount: z.number() })),
  sold_at: z.string(),
  external_ref: z.string(),
  cashier_ref: z.string(),
})
const tenderBody = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('card'), amount: z.number(), payment_method: z.string() }),
  z.strictObject({ type: z.literal('cash'), amount: z.number(), received: z.number() }),
])
type Sale = z.infer<typeof saleBody>

export interface Received {
  readonly path: string
  readonly key: string
  readonly atMs: number
  readonly body: unknown
}

/** What a test makes of a call before the gateway sees it; undefined lets it through. */
export type Fault = (call: Received, nth: number) => Response | Promise<Response | undefined> | undefined

export interface FakeGateway {
  readonly url: string
  /** Every money call that came in, repetitions too. */
  readonly calls: Received[]
  readonly sales: Sale[]
  readonly paid: Array<{ sale: string; method: string; amount: number }>
  readonly refunds: unknown[]
  /** How often a sale was looked at. */
  looks: number
  fault: Fault
  /** Status of a payment when it is asked for; the first tender answer is `processing` while set. */
  processing: string[]
  close(): Promise<void>
}

/** A gateway by the contract of architecture §3.1: keys replay their answer, cards named `Declined` are refused. */
export async function fakeGateway(nowMs: () => number): Promise<FakeGateway> {
  const kept = new Map<string, { status: number; body: unknown }>()
  const totals = new Map<string, number>()
  const app = new Hono()
  app.post('/payments/api/*', async (c) => {
    const key = c.req.header('idempotency-key') ?? ''
    const call = {
      path: c.req.path.replace('/payments/api', ''),
      key,
      atMs: nowMs(),
      body: await c.req.json(),
    }
    fake.calls.push(call)
    const nth = fake.calls.filter((other) => other.key === key).length
    const fault = await fake.fault(call, nth)
    if (fault !== undefined) return fault
    const answer = kept.get(key) ?? answerTo(call)
    kept.set(key, answer)
    return Response.json(answer.body, { status: answer.status })
  })
  app.get('/payments/api/tills', (c) =>
    c.json({ data: [{ id: 'front' }, { id: 'back' }], next_cursor: null }),
  )
  app.get('/payments/api/sales/:id', (c) => c.json(lookAt(fake, totals, c.req.param('id'))))
  app.get('/payments/api/payments/:id', (c) =>
    c.json({ id: c.req.param('id'), status: fake.processing.shift() ?? 'succeeded' }),
  )

  const answerTo = ({ path, body }: Received): { status: number; body: unknown } => {
    if (path === '/sales') return openSale(saleBody.parse(body))
    const tender = /^\/sales\/(.*)\/tenders$/.exec(path)
    if (tender !== null) return takeTender(tender[1] ?? '', tenderBody.parse(body))
    fake.refunds.push({ path, body })
    return { status: 201, body: { id: 'rfd_1', status: 'succeeded' } }
  }
  const openSale = (sale: Sale) => {
    fake.sales.push(sale)
    const id = `sale_${sale.external_ref}`
    const total = sale.lines.reduce((sum, line) => sum + line.quantity * line.unit_amount, 0)
    totals.set(id, total)
    return { status: 201, body: { id, total, amount_due: total, status: 'open' } }
  }
  const takeTender = (sale: string, tender: z.infer<typeof tenderBody>) => {
    if (tender.type === 'card' && tender.payment_method.includes('Declined')) {
      return { status: 402, body: { error: { code: 'card_declined', message: 'declined', request_id: 'r' } } }
    }
    if (tender.amount !== totals.get(sale))
      return { status: 409, body: { error: { code: 'amount_exceeds_due' } } }
    fake.paid.push({ sale, method: tender.type, amount: tender.amount })
    const id = `pay_${fake.paid.length}`
    if (fake.processing.length > 0) return { status: 202, body: { id, status: 'processing' } }
    return { status: 201, body: { id, status: 'succeeded', amount: tender.amount } }
  }

  const fake: FakeGateway = {
    url: '',
    calls: [],
    sales: [],
    paid: [],
    refunds: [],
    looks: 0,
    fault: () => undefined,
    processing: [],
    close: async () => undefined,
  }
  return listen(app, fake)
}

/** A sale as a till that only looks at it sees it. */
function lookAt(fake: FakeGateway, totals: ReadonlyMap<string, number>, id: string): object {
  fake.looks += 1
  const payments = fake.paid.flatMap(({ sale }, at) =>
    sale === id ? [{ id: `pay_${at + 1}`, status: 'succeeded' }] : [],
  )
  return { id, amount_due: payments.length > 0 ? 0 : (totals.get(id) ?? 0), payments }
}
