import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { StoredMirrorRow } from '../read-mirror.ts'
import type { DeskException } from './desk-exception.ts'

const listRows = loadSql(import.meta.url, '../sql/balance_transactions_list_of.sql')
const listMovements = loadSql(import.meta.url, '../sql/movements_list_of.sql')
const listEntries = loadSql(import.meta.url, '../sql/journal_entries_list_about.sql')
const selectPayout = loadSql(import.meta.url, '../sql/payout_select_state.sql')

/** A row of Stripe's beside its pairing. */
export interface SideRow extends StoredMirrorRow {
  readonly state: string | null
  readonly movement_key: string | null
}

export interface SideMovement {
  readonly key: string
  readonly kind: string
  readonly account: string
  readonly stripe_object: string
  readonly currency: string
  readonly amount: bigint
  readonly occurred_at: Date
  readonly business_date: string
  readonly payment_id: string | null
}

export interface SideEntry {
  readonly id: string
  readonly kind: string
  readonly source_id: string
  readonly occurred_at: Date
  readonly recorded_at: Date
  readonly business_date: string
  readonly cause_kind: string
  readonly cause_id: string
  readonly corrects: string | null
  readonly payment_id: string | null
  readonly plan: string
}

export interface SidePayout {
  readonly id: string
  readonly status: string
  readonly amount: bigint
  readonly currency: string
  readonly automatic: boolean
  readonly arrival_at: Date
  readonly stripe_created: Date
  readonly items: number | null
  readonly items_net: bigint | null
}

/** Both sides of an exception, and the names of the fields in which they differ. */
export interface Sides {
  readonly rows: readonly SideRow[]
  readonly payout: SidePayout | null
  readonly movements: readonly SideMovement[]
  readonly entries: readonly SideEntry[]
  readonly differing: readonly string[]
}

const DIFFERING: Readonly<Record<string, readonly string[]>> = {
  unknown_type: ['reporting_category'],
  duplicate_in_stripe: ['ledger'],
  orphan_in_stripe: ['ledger'],
  missing_in_ledger: ['ledger'],
  duplicate_in_ledger: ['ledger'],
  missing_in_stripe: ['stripe'],
  status_mismatch: ['status'],
  fee_mismatch: ['fee'],
  payout_mismatch: ['amount'],
  payout_overdue: ['status'],
  clearing_overdue: ['stripe'],
  balance_mismatch: ['amount'],
}

/** Fields that differ: what the category says, and whatever else a row and its own movement disagree on. */
const differingOf = (
  { category, object }: DeskException,
  rows: readonly SideRow[],
  movements: readonly SideMovement[],
): string[] => {
  const row = rows.find(({ id }) => id === object)
  const movement = movements.find(({ key }) => key === row?.movement_key)
  const named = DIFFERING[category] ?? [category.replace('_mismatch', '')]
  if (!row || !movement) return [...named]
  const fields = (['currency', 'amount'] as const).filter((field) => row[field] !== movement[field])
  return [...new Set([...named, ...fields])]
}

/** Reads both sides of an exception as they are now: Stripe's rows or payout, and the ledger's movements and entries. */
export const readSides = async (db: Db, exception: DeskException): Promise<Sides> => {
  const { object, details } = exception
  const source = details['source'] ?? object
  const rows = await db.rows<SideRow>(listRows, [[object], object.startsWith('txn_') ? [] : [object, source]])
  const keys = rows.flatMap(({ id, movement_key: key }) => (id === object && key !== null ? [key] : []))
  const movements = await db.rows<SideMovement>(listMovements, [[object, source], keys])
  const entries = await db.rows<SideEntry>(listEntries, [[...new Set([object, source])], exception.id])
  const payout = object.startsWith('po_')
    ? ((await db.first<SidePayout>(selectPayout, [object])) ?? null)
    : null
  return { rows, payout, movements, entries, differing: differingOf(exception, rows, movements) }
}
