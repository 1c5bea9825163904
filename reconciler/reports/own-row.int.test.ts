import { parse } from 'csv-parse/sync'
import { afterEach, expect, test } from 'vitest'
import { spawnChild } from '#core/engines/child.ts'
import { createToken } from '#core/access/tokens.ts'
import { endOfBusinessDate } from '#core/business-date.ts'
import { createRoot } from '#core/http/root.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { reconcilerRoutes } from '../routes.ts'
import { createWorld, type World } from '../testing/world.ts'

const START = '2026-03-02T09:00:00.000Z'
/** Monday to Wednesday are sold on; the next week everything is at the bank. */
const SALES = ['2026-03-02', '2026-03-03', '2026-03-04']
const LAST = '2026-03-11'

let cleanUp: () => Promise<void> = async () => undefined
afterEach(async () => cleanUp())

interface Stage {
  readonly world: World
  readonly url: string
}

const control = async <T>(url: string, path: string, body?: object): Promise<T> => {
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`${url}/_sandbox${path}`, body === undefined ? {} : sent)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** A reconciler on a sandbox that says of payouts' own rows what `payoutOwnRow` says. */
const openStage = async (payoutOwnRow: string): Promise<Stage> => {
  const folder = await makeTempFolder()
  const doubts = JSON.stringify({ payoutOwnRow })
  const child = await spawnChild({
    name: 'Stripe sandbox',
    entry: new URL('../../sandbox/main.ts', import.meta.url),
    args: ['--data', folder.path, '--clock-start', START, '--doubts', doubts],
  })
  const url = `http://127.0.0.1:${child.port}`
  const world = await createWorld(START, url)
  cleanUp = async () => {
    await world.close()
    await child.stop()
    await folder.remove()
  }
  await control(url, '/clock', { speed: 0 })
  return { world, url }
}

const moveTo = async ({ world, url }: Stage, at: string): Promise<void> => {
  await control(url, '/clock', { now: at })
  world.moveTo(at)
}

const sell = async ({ world }: Stage, amount: number): Promise<void> => {
  const { stripe, env } = world.deps
  const intent = await stripe.paymentIntents.create({
    ...{ amount, currency: 'gbp', confirm: true, payment_method: 'pm_card_visa' },
    allowed_payment_method_types: ['card'],
  })
  const charge = String(intent.latest_charge)
  await world.post('capture', charge, env.clock.now().toISOString(), 'clearing:card', amount)
}

/** Stands for the worker: what webhooks would have told of payouts. */
const tellOfPayouts = async ({ deps, db }: World): Promise<void> => {
  for await (const payout of deps.stripe.payouts.list())
    await db.run(
      `INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created,
         balance_transaction, reconciliation_status, updated_at, bank_trace_id, bank_trace_status)
       VALUES ($1, 'gbp', $2, $3, $4, 'standard', $5, $6, $7, 'completed', $6, $8, $9)`,
      [
        ...[payout.id, payout.amount, payout.status, payout.automatic, new Date(payout.arrival_date * 1000)],
        ...[new Date(payout.created * 1000), payout.balance_transaction],
        ...[payout.trace_id?.value, payout.trace_id?.status],
      ],
    )
}

/** Pence of a text with two decimals. */
const pence = (text: string | undefined): number => Number(text?.replace('.', ''))

const sumIn = async (world: World, path: string, token: string): Promise<number> => {
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  const answer = await root.request(`http://test/reconciliation/reports/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const rows: Record<string, string>[] = parse(await answer.text(), { columns: true })
  return rows.reduce((total, { net }) => total + pence(net), 0)
}

const sandboxHolds = async (url: string, date: string): Promise<number> => {
  const atMs = endOfBusinessDate(date, 'Europe/London').getTime() - 1
  const { data } = await control<{ data: { amount: number }[] }>(url, `/balance?at_ms=${atMs}`)
  return data.reduce((total, { amount }) => total + amount, 0)
}

test.each(['included', 'left_out'])(
  "what is in no payout is what is held, with payouts' own rows %s among their items",
  async (payoutOwnRow) => {
    const stage = await openStage(payoutOwnRow)
    const { world, url } = stage
    for (const date of SALES) {
      await moveTo(stage, `${date}T10:00:00Z`)
      for (const amount of [1_000, 2_000]) await sell(stage, amount)
    }
    for (let day = 5; day <= 12; day += 1)
      await moveTo(stage, `2026-03-${String(day).padStart(2, '0')}T12:00:00Z`)
    await tellOfPayouts(world)
    await world.reconcile('2026-03-02', LAST)
    const { token } = await createToken(world.deps.env, world.db, { name: 'finance', role: 'finance' })
    const closings = await world.db.rows<{ date: string; closing: bigint }>(
      'SELECT business_date AS date, closing FROM certificates ORDER BY 1',
    )
    const unpaid: [string, number][] = []
    for (const { date } of closings)
      unpaid.push([date, await sumIn(world, `ending_balance_reconciliation.itemized?to=${date}`, token)])
    expect(unpaid).toEqual(closings.map(({ date, closing }) => [date, Number(closing)]))
    for (const [date, held] of unpaid) expect(held).toBe(await sandboxHolds(url, date))
    // By hand: 10.00 less 0.35 and 20.00 less 0.50 on the first day; three days of it; all of it is paid out in the end.
    expect(unpaid.find(([date]) => date === '2026-03-02')).toEqual(['2026-03-02', 2_915])
    expect(unpaid.find(([date]) => date === LAST)).toEqual([LAST, 0])
    const paid = `payout_reconciliation.itemized?from=2026-03-02&to=${LAST}`
    expect(await sumIn(world, paid, token)).toBe(3 * 2_915)
  },
)
