import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { listOpenCalls } from '../../audit/close-calls.ts'
import { verifyChain } from '../../audit/verify-chain.ts'
import { certify } from '../../reconciler/certify.ts'
import { findingUnlessNone, runCheck, type Check } from './check.ts'
import { compareEvents } from './compare-events.ts'

const selectUnbalanced = loadSql(import.meta.url, '../sql/entry_select_unbalanced.sql')
const countEntries = loadSql(import.meta.url, '../sql/entry_count.sql')
const selectOverdue = loadSql(import.meta.url, '../sql/clearing_select_overdue.sql')

const ledgerBalanced = async ({ db }: Deps) => {
  const bad = await db.rows<{ entry_id: string; currency: string; off_by: bigint }>(selectUnbalanced)
  const total = await db.first<{ entries: bigint }>(countEntries)
  return findingUnlessNone(
    bad.map((row) => `${row.entry_id} is off by ${row.off_by} ${row.currency}`),
    `${total?.entries ?? 0} entries, each sums to 0`,
  )
}

/** The longest grace of any kind, payouts included: they stand in clearing until they have arrived, weekends between. */
const PAYOUT_TRAVEL_MS = 6 * 86_400_000

const clearingAges = async ({ db, env, shop }: Deps) => {
  const graceMs = Math.max(...Object.values(shop.due)) * 1000 + PAYOUT_TRAVEL_MS
  const oldest = new Date(env.clock.now().getTime() - graceMs)
  const rows = await db.rows<{ account: string; object: string; amount: bigint; currency: string }>(
    selectOverdue,
    [oldest],
  )
  return findingUnlessNone(
    rows.map((row) => `${row.account}[${row.object}] ${row.amount} ${row.currency}`),
    'nothing stands in clearing too long',
  )
}

const chainHolds = async (deps: Deps) => {
  const { checked, findings } = await certify(deps)
  return findingUnlessNone(
    findings.map((one) => `${one.certificate}: ${one.what}`),
    `${checked} certificates, the chain holds`,
  )
}

const auditHolds = async (deps: Deps) => {
  const { checked, anchored, findings } = await verifyChain(deps)
  return findingUnlessNone(
    findings.map(({ position, what }) => (position === 0n ? what : `place ${position}: ${what}`)),
    `${checked} rows, the chain holds; its head file stands at ${anchored}`,
  )
}

const callsEnded = async (deps: Deps) =>
  findingUnlessNone(
    (await listOpenCalls(deps)).map(({ id, action, object }) => `${id} ${action} ${object ?? ''}`.trim()),
    'every call has its outcome',
  )

const eventsEqual = async ({ db, clickhouse }: Deps) => {
  const { count, problems } = await compareEvents(db, clickhouse)
  return findingUnlessNone(problems, `${count} events, equal one by one`)
}

/** Proves the books: ledger balanced, clearing ages, certificate chain, audit chain, Postgres against ClickHouse event for event. */
export const verify = async (deps: Deps): Promise<Check[]> => [
  await runCheck('ledger', () => ledgerBalanced(deps)),
  await runCheck('clearing', () => clearingAges(deps)),
  await runCheck('certificates', () => chainHolds(deps)),
  await runCheck('audit chain', () => auditHolds(deps)),
  await runCheck('audited calls', () => callsEnded(deps)),
  await runCheck('events', () => eventsEqual(deps)),
]
