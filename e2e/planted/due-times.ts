import type { Draw } from './draw.ts'
import type { Kind } from './expectations.ts'
import { edit, untouched, type Planted } from './stripe-hand.ts'
import { SETTLED } from './trade.ts'
import type { World } from './world.ts'

/** As the fixture's shop says. */
const CHARGE_DUE_MS = 86_400_000
const SETTLED_AFTER_MS = 60_000
const CHARGES = 9
const REFUNDS = 5

/** The last things that happen before the edits: all at one instant, so that all are due at one. */
export interface Last {
  readonly soldAt: Date
  readonly dueAt: Date
  readonly charges: readonly string[]
  readonly refunds: readonly string[]
}

const payAnd = async (world: World, currency: string, amount: number) => {
  const { status, body } = await world.call('POST', '/payments', {
    ...{ till_id: 'till_1', currency, amount },
    payment_method: 'pm_card_visa',
  })
  if (status !== 201) throw new Error(`the last sale: ${status} ${JSON.stringify(body)}`)
  return { payment: String(body['id']), charge: String(body['stripe_charge']) }
}

const giveBack = async (world: World, payment: string): Promise<string> => {
  const { status, body } = await world.call('POST', `/payments/${payment}/refunds`, {})
  if (status !== 201) throw new Error(`the last refund: ${status} ${JSON.stringify(body)}`)
  return String(body['stripe_refund'])
}

/**
 * On the fourth Monday one sale of each currency, whose payouts will be on their way; on the Wednesday after it sales and
 * refunds at one instant, after `before`. Then the rows of all of them are there.
 */
export const sellAtDue = async (
  world: World,
  draw: Draw,
  at: (day: number, hour: number) => Date,
  before: () => Promise<void>,
): Promise<Last> => {
  await world.moveTo(at(21, 11))
  const early: string[] = []
  for (const currency of [...SETTLED, ...SETTLED])
    early.push((await payAnd(world, currency, draw.whole(2_000, 4_000))).payment)
  const soldAt = at(23, 10)
  await world.moveTo(soldAt)
  await before()
  const charges: string[] = []
  for (let nth = 0; nth < CHARGES; nth += 1)
    charges.push((await payAnd(world, draw.pick(SETTLED), draw.whole(1_000, 5_000))).charge)
  const refunds: string[] = []
  for (const payment of early.slice(0, REFUNDS)) refunds.push(await giveBack(world, payment))
  // Their rows are there now, and no run has seen them: what is taken away here never came.
  await world.moveTo(new Date(soldAt.getTime() + SETTLED_AFTER_MS))
  return { soldAt, dueAt: new Date(soldAt.getTime() + CHARGE_DUE_MS), charges, refunds }
}

const removed = async (world: World, kind: Kind, id: string, source: { balance_transaction: unknown }) => {
  const row = await world.stripe.balanceTransactions.retrieve(String(source.balance_transaction))
  const { undo } = await edit(world, { op: 'remove', id: row.id })
  return { kind, facts: untouched({ id, row }), undo }
}

/** Edits whose object is due exactly 24 hours after `last.soldAt`, or later. */
export const plantAtDue = async (world: World, last: Last) => {
  const rows: Planted[] = []
  const kind = 'row not there one second inside the due time'
  for (const id of last.charges)
    rows.push(await removed(world, kind, id, await world.stripe.charges.retrieve(id)))
  const later: Planted[] = []
  for (const id of last.refunds)
    later.push(await removed(world, 'refund row not there yet', id, await world.stripe.refunds.retrieve(id)))
  const { data } = await world.stripe.payouts.list({ status: 'in_transit' })
  for (const { id, amount, currency } of data) {
    const { undo } = await edit(world, { op: 'hold_payout', id })
    const was = { currency, amount, fee: 0 }
    const facts = { object: id, row: id, currency, amount, fee: 0, was }
    later.push({ kind: 'payout held inside the due time', facts, undo })
  }
  const as = (other: Kind) => [...rows.map((one) => ({ ...one, kind: other })), ...later]
  return {
    inside: [...rows, ...later],
    atIt: as('row not there at the due time'),
    afterIt: as('row not there one second after the due time'),
  }
}
