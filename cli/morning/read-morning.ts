import { addDays, businessDateOf, endOfBusinessDate, startOfBusinessDate } from '#core/business-date.ts'
import { invariant } from '#core/errors.ts'
import { toWireAmount } from '#core/money.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Morning } from './morning-schema.ts'

const selectDay = loadSql(import.meta.url, 'sql/morning_select_day.sql')
const listCertificates = loadSql(import.meta.url, 'sql/morning_list_certificates.sql')
const listIncidents = loadSql(import.meta.url, 'sql/morning_list_incidents.sql')
const countTasks = loadSql(import.meta.url, 'sql/morning_count_tasks.sql')

/** A page shows no more; the list of alerts has the rest. */
const INCIDENTS_MAX = 50
/** Disputes and reviews are told of so long before they are due. */
const AHEAD_DAYS = 7

interface CertificateRow {
  readonly id: string
  readonly currency: string
  readonly balance_type: string
  readonly version: number
  readonly closing: bigint
  readonly clean: boolean
}

interface IncidentRow {
  readonly id: string
  readonly rule: string
  readonly severity: string
  readonly headline: string
  readonly opened_at: Date
  readonly acked_at: Date | null
  readonly acked_by: string | null
  readonly resolved_at: Date | null
}

interface TaskRow {
  readonly kind: Morning['tasks'][number]['kind']
  readonly count: number
  readonly due_at: Date | null
}

const readCertificates = async (db: Deps['db'], date: string): Promise<Morning['certificates']> => {
  const rows = await db.rows<CertificateRow>(listCertificates, [date])
  return rows.map((row) => ({ ...row, closing: toWireAmount(row.closing) }))
}

const readIncidents = async (db: Deps['db'], since: Date): Promise<Morning['alerts']> => {
  const rows = await db.rows<IncidentRow>(listIncidents, [since, INCIDENTS_MAX])
  return rows.map(({ acked_at: acked, acked_by: by, ...row }) => ({
    id: row.id,
    rule: row.rule,
    severity: row.severity,
    headline: row.headline,
    opened_at: row.opened_at.toISOString(),
    acknowledged: acked && by !== null ? { at: acked.toISOString(), by } : null,
    resolved_at: row.resolved_at?.toISOString() ?? null,
  }))
}

const readTasks = async (db: Deps['db'], now: Date, endOfToday: Date): Promise<Morning['tasks']> => {
  const ahead = new Date(now.getTime() + AHEAD_DAYS * 86_400_000)
  const rows = await db.rows<TaskRow>(countTasks, [now, endOfToday, ahead])
  return rows
    .filter(({ count }) => count > 0)
    .map(({ kind, count, due_at: due }) => ({ kind, count, due_at: due?.toISOString() ?? null }))
}

/** Yesterday at a glance, and what waits for somebody today; dates are those of the Stripe account's zone. */
export const readMorning = async ({ db, env, shop }: Pick<Deps, 'db' | 'env' | 'shop'>): Promise<Morning> => {
  const now = env.clock.now()
  const { zone } = shop.account
  const today = businessDateOf(now, zone)
  const yesterday = addDays(today, -1)
  const [start, end] = [startOfBusinessDate(yesterday, zone), endOfBusinessDate(yesterday, zone)]
  const day = await db.first<Pick<Morning, 'takings' | 'refunds' | 'payments' | 'webhooks'>>(selectDay, [
    start,
    end,
  ])
  invariant(day !== undefined, 'a statement without FROM answered no row')
  return {
    as_of: now.toISOString(),
    today,
    date: yesterday,
    from: start.toISOString(),
    to: end.toISOString(),
    takings: day.takings,
    refunds: day.refunds,
    payments: day.payments,
    webhooks: day.webhooks,
    certificates: await readCertificates(db, yesterday),
    alerts: await readIncidents(db, start),
    tasks: await readTasks(db, now, endOfBusinessDate(today, zone)),
  }
}
