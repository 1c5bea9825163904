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

/** What was planted: the category that must come of it, and the edit that takes it back. */
export interface Plant {
  readonly category: string
  readonly edit: string
  /** What Stripe shows of it: a row, an object or a payout. */
  readonly object: string
}

const read = async <T>(platform: RunningPlatform, path: string): Promise<T[]> => {
  const response = await fetch(`${platform.url}/_sandbox/${path}`)
  return ((await response.json()) as { data: T[] }).data
}

/** Charges of a stretch of time that nobody gave back, in the order of time. */
const chargesBetween = async (platform: RunningPlatform, from: string, to: string): Promise<Charge[]> => {
  const range = `from_ms=${Date.parse(from)}&to_ms=${Date.parse(to)}`
  const charges = await read<Charge>(platform, `charges?${range}&data=1`)
  return charges
    .filter((charge) => charge.amount_refunded === 0)
    .sort((one, other) => one.created - other.created)
}

/**
 * Changes what Stripe shows of the time from `from` to `to`, so that thirteen of the fourteen categories come of it, one of each.
 * The fourteenth, two movements of ours on one object, cannot be made from Stripe's side.
 */
export const plantDifferences = async (
  platform: RunningPlatform,
  from: string,
  to: string,
): Promise<readonly Plant[]> => {
  const charges = await chargesBetween(platform, from, to)
  const payouts = (await read<Payout>(platform, 'payouts')).filter(
    ({ automatic, status }) => automatic && status === 'paid',
  )
  const victim = (): Charge => {
    const charge = charges.shift()
    if (!charge) throw new Error('there are too few charges to change')
    return charge
  }
  const payout = (): Payout => {
    const one = payouts.shift()
    if (!one) throw new Error('there are too few payouts to change')
    return one
  }
  const plants: Plant[] = []
  const plant = async (category: string, object: string, body: object): Promise<void> => {
    plants.push({ category, object, edit: await edit(platform, body) })
  }
  const change = (id: string, set: object): object => ({ op: 'change', id, set })

  let one = victim()
  await plant(
    'unknown_type',
    one.balance_transaction,
    change(one.balance_transaction, { reporting_category: 'alms' }),
  )
  one = victim()
  await plant('duplicate_in_stripe', one.id, { op: 'charge_again', id: one.id, created: one.created + 90 })
  one = victim()
  await plant('orphan_in_stripe', '', {
    op: 'charge',
    amount: 1_234,
    currency: 'gbp',
    created: one.created + 30,
  })
  await plant('missing_in_ledger', one.id, {
    op: 'refund_dashboard',
    charge: one.id,
    amount: 57,
    created: one.created + 99,
  })
  one = victim()
  await plant('missing_in_stripe', one.id, { op: 'remove', id: one.id })
  one = victim()
  await plant('status_mismatch', one.id, change(one.id, { status: 'failed' }))
  one = victim()
  await plant('currency_mismatch', one.id, change(one.id, { currency: 'eur' }))
  one = victim()
  await plant(
    'amount_mismatch',
    one.balance_transaction,
    change(one.balance_transaction, { amount: one.amount + 321 }),
  )
  one = victim()
  await plant('fee_mismatch', one.balance_transaction, change(one.balance_transaction, { fee: 99 }))
  one = victim()
  await plant('clearing_overdue', one.balance_transaction, { op: 'remove', id: one.balance_transaction })
  const short = payout()
  await plant('payout_mismatch', short.id, { op: 'short_payout', id: short.id, by: 45 })
  const held = payout()
  await plant('payout_overdue', held.id, { op: 'hold_payout', id: held.id })
  await plant('balance_mismatch', '', { op: 'drift', currency: 'gbp', by: 77 })
  return plants
}
