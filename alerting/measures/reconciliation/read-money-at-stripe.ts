import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { knownBalance, lookAtDependencies } from '../probes.ts'

const readOverdue = loadSql(import.meta.url, 'sql/payouts_read_overdue.sql')

/** Payouts that have not arrived. */
export interface PayoutsReading extends Reading {
  readonly overdue: number
  /** How long the oldest is late beyond its grace, milliseconds; 0 when none is. */
  readonly lateMs: number
  /** The shop's grace after the day of arrival, milliseconds. */
  readonly graceMs: number
  readonly amounts: readonly { readonly currency: string; readonly amount: bigint }[]
}

interface OverdueRow {
  readonly overdue: number
  readonly oldest: Date | null
  readonly amounts: readonly { readonly currency: string; readonly amount: string }[]
}

/** Payouts later than the shop's grace (`due.payout_s`); always one reading. */
export const payoutsMeasure: Measure<PayoutsReading> = {
  name: 'payouts',
  from: 'postgres',
  read: async ({ db, shop }, at) => {
    const graceMs = shop.due.payout_s * 1_000
    const inTime = new Date(at.getTime() - graceMs)
    const row = await db.first<OverdueRow>(readOverdue, [inTime])
    invariant(row, 'an aggregate without a row')
    const amounts = row.amounts.map(({ currency, amount }) => ({ currency, amount: BigInt(amount) }))
    const lateMs = row.oldest === null ? 0 : inTime.getTime() - row.oldest.getTime()
    return [{ labels: {}, overdue: row.overdue, lateMs, graceMs, amounts }]
  },
}

/** What could be paid out now in one currency. */
export interface BalanceReading extends Reading {
  readonly available: bigint
}

/** What Stripe said that is available, one reading per currency; none when it has not said so for five minutes. */
export const stripeBalanceMeasure: Measure<BalanceReading> = {
  name: 'stripe_balance',
  from: 'stripe',
  read: async (deps) => {
    await lookAtDependencies(deps)
    return (knownBalance(deps) ?? []).map(({ currency, amount }) => ({
      labels: { currency },
      available: amount,
    }))
  },
}
