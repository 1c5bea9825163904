import type Stripe from 'stripe'
import type { Draw } from './draw.ts'
import { SETTLED, type Shape, type Sold } from './trade.ts'
import type { World } from './world.ts'

/** A charge or refund of ours with its balance transaction. */
export interface Victim {
  readonly id: string
  readonly row: Stripe.BalanceTransaction
  readonly sale: string
  readonly shape: Shape
}

/** Who an edit may hit. Each pool gives everybody once. */
export interface Victims {
  /** Charges of whatever sale: only their row may be touched, for others of the sale may be victims too. */
  readonly rows: Victim[]
  /** Only charges of their sale, and never refunded. */
  readonly charges: Victim[]
  readonly splits: Victim[]
  readonly refunds: Victim[]
  readonly refundable: Victim[]
  /** Charges in a currency that the account does not keep. */
  readonly exchanged: Victim[]
  /** Withdrawals of disputes. */
  readonly disputes: Victim[]
  readonly payouts: Stripe.Payout[]
}

const rowOf = (object: { balance_transaction: unknown }): Stripe.BalanceTransaction =>
  object.balance_transaction as Stripe.BalanceTransaction

const isSettled = ({ row }: Victim): boolean =>
  row.exchange_rate === null && (SETTLED as readonly string[]).includes(row.currency)

const readCharges = async ({ stripe }: World, sold: readonly Sold[]): Promise<Victim[]> => {
  const shapes = new Map(sold.map(({ sale, shape }) => [sale, shape]))
  const all = await stripe.charges
    .list({ limit: 100, expand: ['data.balance_transaction'] })
    .autoPagingToArray({ limit: 10_000 })
  return all
    .filter((charge) => charge.status === 'succeeded' && charge.captured && charge.balance_transaction)
    .map((charge) => ({
      id: charge.id,
      row: rowOf(charge),
      sale: charge.metadata['tillwatch_sale'] ?? '',
      shape: shapes.get(charge.metadata['tillwatch_sale'] ?? '') ?? 'plain',
    }))
}

const readRefunds = async ({ stripe }: World, charges: readonly Victim[]): Promise<Victim[]> => {
  const of = new Map(charges.map((charge) => [charge.id, charge]))
  const all = await stripe.refunds
    .list({ limit: 100, expand: ['data.balance_transaction'] })
    .autoPagingToArray({ limit: 10_000 })
  return all.flatMap((refund) => {
    const charge = of.get(String(refund.charge))
    return charge && refund.status === 'succeeded' ? [{ ...charge, id: refund.id, row: rowOf(refund) }] : []
  })
}

const readDisputes = async ({ stripe }: World, charges: readonly Victim[]): Promise<Victim[]> => {
  const of = new Map(charges.map((charge) => [charge.id, charge]))
  const all = await stripe.disputes.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 })
  return all.flatMap((dispute) => {
    const charge = of.get(String(dispute.charge))
    const [row] = dispute.balance_transactions
    return charge && row ? [{ ...charge, id: dispute.id, row }] : []
  })
}

const WITH_REFUNDS: readonly Shape[] = ['refunded', 'refunded in part', 'two equal refunds']

/** Everything that was traded, as Stripe's own lists tell it, dealt into pools. */
export const readVictims = async (
  world: World,
  sold: readonly Sold[],
  draw: Draw,
  before: Date,
): Promise<Victims> => {
  const everyCharge = await readCharges(world, sold)
  const charges = everyCharge.filter(isSettled)
  const refunds = (await readRefunds(world, charges)).filter(({ shape }) => WITH_REFUNDS.includes(shape))
  const payouts = await world.stripe.payouts.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 })
  const of = (...shapes: Shape[]) =>
    draw.shuffled(charges.filter(({ shape, row }) => shapes.includes(shape) && row.created * 1000 < +before))
  const plain = of('plain')
  const halves = of('split')
  const firstSplits = new Set(halves.slice(0, 12).map(({ sale }) => sale))
  const half = Math.floor(plain.length * 0.82)
  return {
    // Both cards of a split sale, and the charges whose refunds are victims too, come first: two facts on one sale.
    rows: [
      ...halves.filter(({ sale }) => !firstSplits.has(sale)),
      ...of(...WITH_REFUNDS),
      ...plain.slice(half),
    ],
    charges: plain.slice(0, half),
    splits: [...new Map(halves.filter(({ sale }) => firstSplits.has(sale)).map((v) => [v.sale, v])).values()],
    refunds: draw.shuffled(refunds),
    refundable: of('late row'),
    exchanged: draw.shuffled(everyCharge.filter(({ shape }) => shape === 'exchanged')),
    disputes: draw
      .shuffled(await readDisputes(world, charges))
      .filter(({ shape }) => shape === 'dispute lost'),
    payouts: draw.shuffled(payouts.filter(({ status, automatic }) => status === 'paid' && automatic)),
  }
}

/** Takes the next one of a pool. */
export const next = <T>(pool: T[]): T => {
  const victim = pool.shift()
  if (victim === undefined) throw new Error('a pool of victims is empty: trade more')
  return victim
}
