import type { Draw } from './draw.ts'
import type { World } from './world.ts'

/** What a sale is like; every shape but `plain` is also something that only looks wrong. */
export type Shape =
  | 'plain'
  | 'split'
  | 'exchanged'
  | 'captured in part'
  | 'refunded'
  | 'refunded in part'
  | 'two equal refunds'
  | 'exchanged and refunded'
  | 'dispute lost'
  | 'dispute won'
  | 'dispute open'
  | 'inquiry'
  | 'inquiry refunded'
  | 'inquiry escalated'
  | 'late row'
  | 'failed refund'
  | 'declined first'
  | 'authorised and cancelled'
  | 'card and cash'

/** How often each shape is sold. */
export const SHAPES: Readonly<Record<Shape, number>> = {
  plain: 140,
  split: 24,
  exchanged: 30,
  'captured in part': 16,
  refunded: 40,
  'refunded in part': 24,
  'two equal refunds': 12,
  'exchanged and refunded': 8,
  'dispute lost': 8,
  'dispute won': 8,
  'dispute open': 6,
  inquiry: 4,
  'inquiry refunded': 4,
  'inquiry escalated': 4,
  'late row': 14,
  'failed refund': 6,
  'declined first': 6,
  'authorised and cancelled': 4,
  'card and cash': 6,
}

/** A sale as it was made. */
export interface Sold {
  readonly shape: Shape
  readonly sale: string
  readonly currency: string
  /** Its card payments. */
  readonly payments: readonly string[]
}

export const SETTLED = ['gbp', 'eur', 'usd'] as const
const EXCHANGED = ['chf', 'jpy'] as const

interface Order {
  readonly shape: Shape
  readonly currency: string
  readonly amount: number
  readonly day: number
}

const isExchanged = (shape: Shape): boolean => shape.startsWith('exchanged')

/** What is sold on which day. */
export const planSales = (draw: Draw, days: number): readonly Order[] =>
  draw
    .shuffled(Object.entries(SHAPES).flatMap(([shape, count]) => Array<Shape>(count).fill(shape as Shape)))
    .map((shape, index) => ({
      shape,
      currency: draw.pick(isExchanged(shape) ? EXCHANGED : SETTLED),
      amount: draw.whole(1_200, 9_000),
      day: index % days,
    }))

const act = async (world: World, path: string, body: object, statuses = [200, 201, 202]) => {
  const answer = await world.call('POST', path, body)
  if (!statuses.includes(answer.status))
    throw new Error(`${path} ${JSON.stringify(body)}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body as {
    readonly id: string
    readonly sale_id: string
    readonly stripe_charge: string | null
  }
}

const TILLS = ['till_1', 'till_2']

const pay = async (world: World, order: Order, rest: object = {}) =>
  act(world, '/payments', {
    till_id: TILLS[order.day % 2],
    currency: order.currency,
    amount: order.amount,
    payment_method: 'pm_card_visa',
    ...rest,
  })

const openSale = async (world: World, { currency, amount }: Order) =>
  act(world, '/sales', {
    till_id: 'till_1',
    currency,
    lines: [{ name: 'Bread', quantity: 1, unit_amount: amount, tax_amount: Math.floor(amount / 6) }],
  })

const tender = async (world: World, sale: string, rest: object, statuses?: number[]) =>
  act(world, `/sales/${sale}/tenders`, { type: 'card', payment_method: 'pm_card_visa', ...rest }, statuses)

const sellInParts = async (world: World, order: Order, first: object) => {
  const sale = await openSale(world, order)
  const one = await tender(world, sale.id, first, [201, 202, 402])
  const two = await tender(world, sale.id, {})
  return { sale: sale.id, payments: [one.id, two.id].filter((id) => id !== undefined) }
}

const sellAuthorised = async (world: World, order: Order) => {
  const payment = await pay(world, order, { capture_method: 'manual' })
  if (order.shape === 'captured in part')
    await act(world, `/payments/${payment.id}/capture`, { amount: order.amount - 350 })
  else await act(world, `/payments/${payment.id}/cancel`, {})
  return { sale: payment.sale_id, payments: [payment.id] }
}

const sell = async (world: World, order: Order): Promise<Sold> => {
  const { shape, currency, amount } = order
  const half = Math.floor(amount / 2)
  const made =
    shape === 'split'
      ? await sellInParts(world, order, { amount: half })
      : shape === 'card and cash'
        ? await sellInParts(world, order, { type: 'cash', payment_method: undefined, amount: half })
        : shape === 'declined first'
          ? await sellInParts(world, order, { payment_method: 'pm_card_visa_chargeDeclined' })
          : shape === 'captured in part' || shape === 'authorised and cancelled'
            ? await sellAuthorised(world, order)
            : await pay(world, order).then(({ id, sale_id: sale }) => ({ sale, payments: [id] }))
  return { shape, currency, ...made }
}

type After = (world: World, sold: Sold, order: Order) => Promise<void>

const chargeOf = async (world: World, sold: Sold): Promise<string> => {
  const { body } = await world.call('GET', `/payments/${sold.payments[0]}`)
  return String(body['stripe_charge'])
}

const refund = async (world: World, sold: Sold, amount?: number) =>
  act(world, `/payments/${sold.payments[0]}/refunds`, amount === undefined ? {} : { amount })

const complain =
  (kind: 'dispute' | 'inquiry'): After =>
  async (world, sold) =>
    void (await world.control('POST', '/disputes', { charge: await chargeOf(world, sold), kind }))

const decide =
  (action: 'win' | 'lose' | 'escalate'): After =>
  async (world, sold) => {
    const [dispute] = (await world.stripe.disputes.list({ charge: await chargeOf(world, sold) })).data
    await world.control('POST', `/disputes/${dispute?.id}`, { action })
  }

/** What happens to a sale on the days after it. */
const AFTER: Partial<Record<Shape, readonly After[]>> = {
  refunded: [async (world, sold) => void (await refund(world, sold))],
  'exchanged and refunded': [async (world, sold) => void (await refund(world, sold))],
  'refunded in part': [
    async (world, sold, { amount }) => void (await refund(world, sold, Math.floor(amount / 3))),
  ],
  'two equal refunds': [
    async (world, sold, { amount }) => void (await refund(world, sold, Math.floor(amount / 4))),
    async (world, sold, { amount }) => void (await refund(world, sold, Math.floor(amount / 4))),
  ],
  'dispute lost': [complain('dispute'), decide('lose')],
  'dispute won': [complain('dispute'), decide('win')],
  'dispute open': [complain('dispute')],
  inquiry: [complain('inquiry')],
  'inquiry escalated': [complain('inquiry'), decide('escalate')],
  'inquiry refunded': [complain('inquiry'), async (world, sold) => void (await refund(world, sold))],
  'failed refund': [
    async (world, sold) => void (await refund(world, sold)),
    async (world, sold) => {
      const [given] = (await world.stripe.refunds.list({ charge: await chargeOf(world, sold) })).data
      await world.control('POST', `/refunds/${given?.id}`, { action: 'fail', failure_reason: 'declined' })
    },
  ],
}

const AT_ONCE = 6

/** A few at a time, as several tills would. */
const together = async (works: readonly (() => Promise<void>)[]): Promise<void> => {
  const left = [...works]
  const till = async (): Promise<void> => {
    for (let work = left.shift(); work; work = left.shift()) await work()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, till))
}

const DAY_MS = 86_400_000
const MORNING_MS = 10 * 3_600_000
const LAST_SECOND_MS = DAY_MS - 1_000

/** Rows that Stripe books by itself each day. */
const bookOwnRows = async (world: World, draw: Draw, currency: string): Promise<void> => {
  const rows = [
    { type: 'stripe_fee', reporting_category: 'fee', amount: -draw.whole(40, 90) },
    { type: 'tax_fee', reporting_category: 'tax', amount: -draw.whole(5, 20) },
    { type: 'adjustment', reporting_category: 'other_adjustment', amount: draw.whole(1, 30) },
  ]
  for (const row of rows) await world.control('POST', '/rows', { ...row, currency })
  const held = draw.whole(100, 300)
  const reserve = { type: 'reserved_funds', reporting_category: 'risk_reserved_funds', currency }
  await world.control('POST', '/rows', { ...reserve, amount: -held })
  await world.control('POST', '/rows', { ...reserve, amount: held })
}

/** What a person does with the account by hand: money in, payouts besides the automatic ones, and a bank that sends one back. */
const actByHand = async (world: World): Promise<void> => {
  const topUp = { type: 'topup', reporting_category: 'topup', amount: 90_000 }
  for (const currency of SETTLED) {
    await world.control('POST', '/rows', { ...topUp, currency })
    await world.control('POST', '/payouts', { amount: 1_500, currency, method: 'standard' })
    await world.control('POST', '/payouts', { amount: 1_100, currency, method: 'instant' })
  }
  const [paid] = (await world.stripe.payouts.list({ status: 'paid', limit: 1 })).data
  if (paid) await world.control('POST', `/payouts/${paid.id}`, { action: 'fail' })
  const [charge] = (await world.stripe.charges.list({ limit: 1 })).data
  const warning = { charge: charge?.id, fraud_type: 'made_with_stolen_card' }
  await world.control('POST', '/early_fraud_warnings', warning)
}

/** Payouts have been paid by then. */
const BY_HAND_DAY = 8

/** The shop trades for `days` days from midnight `from` on (the account's zone is London, in winter). */
export const trade = async (world: World, draw: Draw, from: Date, days: number): Promise<Sold[]> => {
  const orders = planSales(draw, days)
  const all: Sold[] = []
  const later: { day: number; work: () => Promise<void> }[] = []
  const serve = async (order: Order): Promise<void> => {
    const sold = await sell(world, order)
    all.push(sold)
    const after = AFTER[order.shape] ?? []
    after.forEach((happen, nth) =>
      later.push({ day: order.day + 1 + nth, work: async () => happen(world, sold, order) }),
    )
  }
  for (let day = 0; day <= days + 2; day += 1) {
    const midnight = from.getTime() + day * DAY_MS
    await world.moveTo(new Date(midnight + MORNING_MS + draw.whole(0, 3_600) * 1_000))
    const today = orders.filter((order) => order.day === day)
    await together([
      ...later.filter((one) => one.day === day).map(({ work }) => work),
      ...today.filter(({ shape }) => shape !== 'late row').map((order) => async () => serve(order)),
    ])
    const late = today.filter(({ shape }) => shape === 'late row')
    if (day < days && day % 3 === 0) await bookOwnRows(world, draw, SETTLED[(day / 3) % 3] ?? 'gbp')
    if (day === BY_HAND_DAY) await actByHand(world)
    if (late.length === 0) continue
    await world.moveTo(new Date(midnight + LAST_SECOND_MS))
    await together(late.map((order) => async () => serve(order)))
  }
  return all
}
