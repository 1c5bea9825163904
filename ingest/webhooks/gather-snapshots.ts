import Stripe from 'stripe'
import { codeOf, TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { METADATA } from '#core/stripe-client.ts'
import { snapshotOf, subjectOf, type InboxRow, type Snapshot } from './inbox-event.ts'

const selectCaptured = loadSql(import.meta.url, 'sql/payment_select_captured.sql')

/** An event with everything that applying it needs, so that its database transaction makes no network call. */
export interface GatheredEvent {
  readonly row: InboxRow
  /** Applied in this order; the event's own snapshot is the last. */
  readonly snapshots: readonly Snapshot[]
  readonly subject: string
  /** The till's request that it goes back to, where it is known. */
  readonly traceId: string | null
}

/** An event that cannot be applied now. */
export interface UngatheredEvent {
  readonly row: InboxRow
  readonly traceId: string | null
  readonly error: unknown
}

/** Objects that are about a charge and cannot be recorded before it. */
const OF_CHARGES: readonly string[] = ['refund', 'dispute', 'radar.early_fraud_warning']

const chargeOf = (snapshot: Snapshot): string | undefined =>
  OF_CHARGES.includes(snapshot.object) && typeof snapshot['charge'] === 'string'
    ? snapshot['charge']
    : undefined

/**
 * The traces of the captured charges that we know. A refund or a dispute may come before its charge (reliability.md row 32): then
 * Stripe is asked for the charge.
 */
const capturedCharges = async (
  deps: Deps,
  snapshots: readonly Snapshot[],
): Promise<ReadonlyMap<string, string>> => {
  const charges = snapshots.map(chargeOf).filter((charge) => charge !== undefined)
  if (charges.length === 0) return new Map()
  const known = await deps.db.rows<{ stripe_charge: string; trace_id: string }>(selectCaptured, [charges])
  return new Map(known.map((row) => [row.stripe_charge, row.trace_id]))
}

/** What we wrote on the object, or on the one that Stripe made of it. */
const traceOf = ({ metadata }: Snapshot): string | null => {
  const isRecord = typeof metadata === 'object' && metadata !== null
  const written: unknown = isRecord ? Reflect.get(metadata, METADATA.trace) : undefined
  return typeof written === 'string' ? written : null
}

/** The first trace that snapshots name, the one of `charge` when they name none. */
const traceAmong = (
  snapshots: readonly Snapshot[],
  charge: string | undefined,
  captured: ReadonlyMap<string, string>,
): string | null =>
  snapshots.map(traceOf).find((trace) => trace !== null) ??
  (charge === undefined ? null : (captured.get(charge) ?? null))

/** What Stripe has now; undefined when Stripe knows no such thing, which the reconciler will say. */
const askStripe = async (asking: Promise<unknown>): Promise<Snapshot | undefined> => {
  try {
    return (await asking) as Snapshot
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return undefined
    if (error instanceof Stripe.errors.StripeError)
      throw new TillwatchError('provider_unavailable', undefined, { cause: error })
    throw error
  }
}

/** The balance transaction that brought the money of a payout back, where the snapshot names it without showing it. */
const returnRowOf = (snapshot: Snapshot): string | undefined => {
  const row = snapshot.object === 'payout' ? snapshot['failure_balance_transaction'] : undefined
  return typeof row === 'string' ? row : undefined
}

interface Questions {
  readonly charge: string | undefined
  readonly returnRow: string | undefined
}

/**
 * What is applied for an event: a charge that is missing comes first. A payout that came back is shown with its balance
 * transaction, because nothing else says when it did, and it must not matter who tells of it first.
 */
const complete = async (
  { stripe }: Deps,
  snapshots: readonly Snapshot[],
  { charge, returnRow }: Questions,
): Promise<Snapshot[]> => {
  const before = charge === undefined ? undefined : await askStripe(stripe.charges.retrieve(charge))
  const row =
    returnRow === undefined ? undefined : await askStripe(stripe.balanceTransactions.retrieve(returnRow))
  const shown = snapshots.map((snapshot) =>
    row === undefined || returnRowOf(snapshot) !== returnRow
      ? snapshot
      : { ...snapshot, failure_balance_transaction: row },
  )
  return before === undefined ? shown : [before, ...shown]
}

const parseRow = (row: InboxRow): GatheredEvent | UngatheredEvent => {
  try {
    const snapshot = snapshotOf(row)
    return { row, snapshots: [snapshot], subject: subjectOf(row, snapshot), traceId: traceOf(snapshot) }
  } catch (error) {
    return { row, traceId: null, error }
  }
}

/** Reads the events' snapshots and asks Stripe for what is missing beside them, outside any database transaction. */
export const gatherSnapshots = async (
  deps: Deps,
  rows: readonly InboxRow[],
): Promise<{ readonly ready: GatheredEvent[]; readonly failed: UngatheredEvent[] }> => {
  const parsed = rows.map(parseRow)
  const failed = parsed.filter((event) => 'error' in event)
  const events = parsed.filter((event) => 'snapshots' in event)
  const captured = await capturedCharges(
    deps,
    events.flatMap(({ snapshots }) => snapshots),
  )
  const ready: GatheredEvent[] = []
  let outage: Error | undefined
  for (const event of events) {
    const charge = event.snapshots.map(chargeOf).find((one) => one !== undefined)
    const missing = charge === undefined || captured.has(charge) ? undefined : charge
    const returnRow = event.snapshots.map(returnRowOf).find((one) => one !== undefined)
    try {
      // Who was away for one is not asked for the others: each question could take as long as a time-out.
      if ((missing ?? returnRow) !== undefined && outage !== undefined) throw outage
      const snapshots = await complete(deps, event.snapshots, { charge: missing, returnRow })
      const traceId = traceAmong(snapshots.toReversed(), charge, captured)
      ready.push({ ...event, snapshots, traceId })
    } catch (error) {
      if (error instanceof Error && codeOf(error) === 'provider_unavailable') outage = error
      failed.push({ row: event.row, traceId: event.traceId, error })
    }
  }
  return { ready, failed }
}
