import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Claim, SourceFacts } from '../domain/facts.ts'

const listStatuses = loadSql(import.meta.url, '../sql/own_statuses_list.sql')
const listClaims = loadSql(import.meta.url, '../sql/charge_claims_list.sql')

/** Our own state of a refund, dispute or payout. */
export interface OwnStatus {
  readonly status: string
  /** Rows that Stripe showed with a dispute, and how often money left and came back by it; null for anything else. */
  readonly rowsSeen: number | null
  readonly withdrawals: number | null
  readonly reinstatements: number | null
  /** Stripe's status of a payout's bank reference as we know it; null for anything else, and while Stripe told nothing. */
  readonly bankTrace: string | null
}

interface StatusRow {
  readonly object: string
  readonly status: string
  readonly rows_seen: number | null
  readonly withdrawals: number | null
  readonly reinstatements: number | null
  readonly bank_trace_status: string | null
}

/** Our own states of `objects` by Stripe's ids; without those that we keep no state of. */
export const readOwnStatuses = async (
  db: Db,
  objects: readonly string[],
): Promise<Map<string, OwnStatus>> => {
  if (objects.length === 0) return new Map()
  const rows = await db.rows<StatusRow>(listStatuses, [objects])
  return new Map(
    rows.map(({ object, rows_seen: rowsSeen, bank_trace_status: bankTrace, ...row }) => [
      object,
      { ...row, rowsSeen, bankTrace },
    ]),
  )
}

interface ClaimRow {
  readonly charge: string
  readonly is_ours: boolean
  readonly payment_exists: boolean
  readonly payment_charge: string | null
  readonly sale: string | null
  readonly other_charges: number
}

/** What of ours each charge can be of, by its id. */
export const readClaims = async (db: Db, charges: readonly SourceFacts[]): Promise<Map<string, Claim>> => {
  if (charges.length === 0) return new Map()
  const rows = await db.rows<ClaimRow>(listClaims, [
    charges.map(({ id }) => id),
    charges.map(({ payment }) => payment),
    charges.map(({ sale }) => sale),
  ])
  return new Map(
    rows.map((row) => [
      row.charge,
      {
        isOurs: row.is_ours,
        paymentExists: row.payment_exists,
        paymentCharge: row.payment_charge,
        sale: row.sale,
        otherCharges: row.other_charges,
      },
    ]),
  )
}
