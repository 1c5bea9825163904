import Stripe from 'stripe'
import { codeOf, TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { snapshotOf, subjectOf, type InboxRow, type Snapshot } from './inbox-event.ts'

const selectCaptured = loadSql(import.meta.url, 'sql/payment_select_captured.sql')

/** An event with everything that applying it needs, so that its database transaction makes no network call. */
export interface GatheredEvent {
  readonly row: InboxRow
  /** Applied in this order; the event's own snapshot is the last. */
  readonly snapshots: readonly Snapshot[]
  readonly subject: string
}

/** An event that cannot be applied now. */
export interface UngatheredEvent {
  readonly row: InboxRow
  readonly error: unknown
}

/** Objects that are about a charge and cannot be recorded before it. */
const OF_CHARGES: readonly string[] = ['refund', 'dispute', 'radar.early_fraud_warning']

const chargeOf = (snapshot: Snapshot): string | undefined =>
  OF_CHARGES.includes(snapshot.object) && typeof snapshot['charge'] === 'string'
    ? snapshot['charge']
    : undefined

/** A refund or a dispute may come before its charge (reliability.md row 32): then Stripe is asked for the charge. */
const capturedCharges = async (deps: Deps, snapshots: readonly Snapshot[]): Promise<Set<string>> => {
  const charges = snapshots.map(chargeOf).filter((charge) => charge !== undefined)
  if (charges.length === 0) return new Set()
  const known = await deps.db.rows<{ stripe_charge: string }>(selectCaptured, [charges])
  return new Set(known.map((row) => row.stripe_charge))
}

/** The charge as Stripe has it now; none when Stripe knows no such charge, which the reconciler will say. */
const fetchCharge = async (deps: Deps, id: string): Promise<Snapshot[]> => {
  try {
    return [(await deps.stripe.charges.retrieve(id)) as unknown as Snapshot]
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return []
    if (error instanceof Stripe.errors.StripeError)
      throw new TillwatchError('provider_unavailable', undefined, { cause: error })
    throw error
  }
}

const parseRow = (row: InboxRow): GatheredEvent | UngatheredEvent => {
  try {
    const snapshot = snapshotOf(row)
    return { row, snapshots: [snapshot], subject: subjectOf(row, snapshot) }
  } catch (error) {
    return { row, error }
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
    const missing = event.snapshots
      .map(chargeOf)
      .find((charge) => charge !== undefined && !captured.has(charge))
    try {
      // Who was away for one is not asked for the others: each question could take as long as a time-out.
      if (missing !== undefined && outage !== undefined) throw outage
      const before = missing === undefined ? [] : await fetchCharge(deps, missing)
      ready.push({ ...event, snapshots: [...before, ...event.snapshots] })
    } catch (error) {
      if (error instanceof Error && codeOf(error) === 'provider_unavailable') outage = error
      failed.push({ row: event.row, error })
    }
  }
  return { ready, failed }
}
