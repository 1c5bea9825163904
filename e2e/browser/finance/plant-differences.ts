import type { RunningPlatform } from '../../tillwatch.ts'
import { edit } from '../kit/furnish.ts'

interface Charge {
  readonly id: string
  readonly amount: number
  readonly amount_refunded: number
  readonly balance_transaction: string
  readonly created: number
}

interface Payout {
  readonly id: string
  readonly automatic: boolean
  readonly status: string
}

/** The edit at Stripe by category; taken back, the difference is gone. */
export type Plants = ReadonlyMap<string, string>

const read = async <T>(platform: RunningPlatform, path: string): Promise<T[]> => {
  const response = await fetch(`${platform.url}/_sandbox/${path}`)
  return ((await response.json()) as { data: T[] }).data
}

/** Charges of a stretch of time that nobody gave back, in the order of time. */
export const chargesBetween = async (
  platform: RunningPlatform,
  from: string,
  to: string,
): Promise<readonly Charge[]> => {
  const range = `from_ms=${Date.parse(from)}&to_ms=${Date.parse(to)}`
  const charges = await read<Charge>(platform, `charges?${range}&data=1`)
  return charges
    .filter((charge) => charge.amount_refunded === 0)
    .sort((one, other) => one.created - other.created)
}

const change = (id: string, set: object): object => ({ op: 'change', id, set })

/** Of one charge each, but for the orphan, which is the other half of the charge that is missing. */
const OF_CHARGES: readonly (readonly [category: string, body: (charge: Charge) => object])[] = [
  ['unknown_type', ({ balance_transaction: row }) => change(row, { reporting_category: 'alms' })],
  ['duplicate_in_stripe', ({ id, created }) => ({ op: 'charge_again', id, created: created + 90 })],
  [
    'missing_in_ledger',
    ({ id: charge, created }) => ({ op: 'refund_dashboard', charge, amount: 57, created: created + 99 }),
  ],
  ['missing_in_stripe', ({ id }) => ({ op: 'remove', id })],
  ['status_mismatch', ({ id }) => change(id, { status: 'failed' })],
  ['currency_mismatch', ({ id }) => change(id, { currency: 'eur' })],
  ['amount_mismatch', ({ balance_transaction: row, amount }) => change(row, { amount: amount + 321 })],
  ['fee_mismatch', ({ balance_transaction: row }) => change(row, { fee: 99 })],
  ['clearing_overdue', ({ balance_transaction: id }) => ({ op: 'remove', id })],
]

/**
 * Changes what Stripe shows, so that thirteen of the fourteen categories come of it, one exception of each. `charges` are nine or
 * more. The fourteenth, two movements of ours on one object, cannot be made from Stripe's side.
 */
export const plantDifferences = async (
  platform: RunningPlatform,
  charges: readonly Charge[],
): Promise<Plants> => {
  const plants = new Map<string, string>()
  const plant = async (category: string, body: object): Promise<void> =>
    void plants.set(category, await edit(platform, body))
  for (const [at, [category, body]] of OF_CHARGES.entries()) {
    const charge = charges[at]
    if (!charge) throw new Error('there are too few charges to change')
    await plant(category, body(charge))
    if (category !== 'missing_in_stripe') continue
    const { amount, created } = charge
    await plant('orphan_in_stripe', { op: 'charge', amount, currency: 'gbp', created: created + 30 })
  }
  const payouts = await read<Payout>(platform, 'payouts')
  const [short, held] = payouts.filter(({ automatic, status }) => automatic && status === 'paid')
  if (!short || !held) throw new Error('there are too few payouts to change')
  await plant('payout_mismatch', { op: 'short_payout', id: short.id, by: 45 })
  await plant('payout_overdue', { op: 'hold_payout', id: held.id })
  await plant('balance_mismatch', { op: 'drift', currency: 'gbp', by: 77 })
  return plants
}

/** Puts what Stripe shows back as it was. */
export const takeBack = async (
  platform: RunningPlatform,
  plants: Plants,
  category: string,
): Promise<void> => {
  const response = await fetch(`${platform.url}/_sandbox/edits/${plants.get(category)}`, { method: 'DELETE' })
  if (!response.ok) throw new Error(`not taken back: ${await response.text()}`)
}
