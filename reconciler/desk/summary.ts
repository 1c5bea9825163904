import { z } from '@hono/zod-openapi'
import { toWireAmount } from '#core/money.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { ExceptionFilter } from './filter.ts'

const sumExceptions = loadSql(import.meta.url, '../sql/exceptions_sum.sql')

interface Sum {
  readonly currency: string
  readonly category: string
  readonly severity: string
  readonly count: number
  readonly open: number
  readonly at_risk: bigint
  readonly oldest_at: Date | null
  readonly overdue: number
  readonly unassigned: number
  readonly pending: number
}

const whole = () => z.number().int()
const risk = () => ({ currency: z.string(), open: whole(), amount: whole() })

/** What is at risk per currency: the open differences by their size. Never a sum over currencies. */
export const atRiskSchema = () => z.array(z.strictObject(risk()))

export const summarySchema = () =>
  z.strictObject({
    as_of: z.string(),
    count: whole(),
    open: whole(),
    overdue: whole(),
    unassigned: whole(),
    pending_approval: whole(),
    oldest_age_s: whole().nullable(),
    value_at_risk: atRiskSchema(),
    by_severity: z.array(z.strictObject({ severity: z.string(), ...risk() })),
    by_category: z.array(z.strictObject({ category: z.string(), ...risk() })),
  })

const total = (
  sums: readonly Sum[],
  field: 'count' | 'open' | 'overdue' | 'unassigned' | 'pending',
): number => sums.reduce((all, sum) => all + sum[field], 0)

/** Groups of open exceptions, each in one currency, with what is at risk in them. */
const riskBy = <Group extends object>(sums: readonly Sum[], groupOf: (sum: Sum) => Group) => {
  const groups = new Map<string, { group: Group; currency: string; open: number; amount: bigint }>()
  for (const sum of sums.filter(({ open }) => open > 0)) {
    const group = groupOf(sum)
    const key = JSON.stringify([group, sum.currency])
    const known = groups.get(key) ?? { group, currency: sum.currency, open: 0, amount: 0n }
    groups.set(key, { ...known, open: known.open + sum.open, amount: known.amount + sum.at_risk })
  }
  return [...groups.values()].map(({ group, currency, open, amount }) => ({
    ...group,
    currency,
    open,
    amount: toWireAmount(amount),
  }))
}

/** Figures of the exceptions that a filter matches, each counted by the list's own predicate. */
export const readSummary = async (db: Db, filter: ExceptionFilter, now: Date) => {
  const sums = await db.rows<Sum>(sumExceptions, [JSON.stringify(filter), now])
  const oldest = sums
    .map(({ oldest_at: at }) => at)
    .filter((at) => at !== null)
    .sort((one, other) => one.getTime() - other.getTime())
    .at(0)
  return {
    as_of: now.toISOString(),
    count: total(sums, 'count'),
    open: total(sums, 'open'),
    overdue: total(sums, 'overdue'),
    unassigned: total(sums, 'unassigned'),
    pending_approval: total(sums, 'pending'),
    oldest_age_s: oldest ? Math.floor((now.getTime() - oldest.getTime()) / 1000) : null,
    value_at_risk: riskBy(sums, () => ({})),
    by_severity: riskBy(sums, ({ severity }) => ({ severity })),
    by_category: riskBy(sums, ({ category }) => ({ category })),
  }
}
