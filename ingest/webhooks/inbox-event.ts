import { z } from 'zod'
import type { Db } from '#core/postgres/db.ts'
import type { Deps } from '#core/service.ts'

/** A row of the inbox that waits to be applied. */
export interface InboxRow {
  readonly id: string
  readonly type: string
  readonly object_type: string
  readonly object_id: string
  readonly source: 'webhook' | 'poller' | 'reconciler'
  readonly payload: string
  /** When Stripe made the event, or, of an object that somebody read, the object. */
  readonly stripe_created: Date
  readonly received_at: Date
  readonly attempts: number
  /** How often it was put off because Stripe was away. */
  readonly postponed: number
}

/** The snapshot inside an event; typed as Stripe's own object by the handler of its type. */
export interface Snapshot {
  readonly id: string
  readonly object: string
  readonly [field: string]: unknown
}

/** What applying an event did. */
export type ApplyResult = 'recorded' | 'unchanged' | 'unknown_object' | 'ignored'

/** Applies one snapshot in the caller's database transaction; any order of snapshots ends in the same facts. */
export type ApplySnapshot = (deps: Deps, db: Db, snapshot: Snapshot, row: InboxRow) => Promise<ApplyResult>

/** What is done with a snapshot, by its type. */
export type Handlers = Readonly<Record<string, ApplySnapshot>>

const payloadSchema = z.object({
  data: z.object({ object: z.looseObject({ id: z.string().default(''), object: z.string() }) }),
})

/** The object that an event carries. Throws ZodError or SyntaxError when the payload is no event. */
export const snapshotOf = (row: InboxRow): Snapshot =>
  payloadSchema.parse(JSON.parse(row.payload)).data.object

const metadataSchema = z.object({ metadata: z.object({ tillwatch_sale: z.string() }) })

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * What an event is about, so that events of one sale are applied one after the other and never wait for each other's
 * rows: our sale, else the payment intent, else the object itself.
 */
export const subjectOf = (row: InboxRow, snapshot: Snapshot): string => {
  const named = metadataSchema.safeParse(snapshot)
  if (named.success) return named.data.metadata.tillwatch_sale
  return textOf(snapshot['payment_intent']) ?? row.object_id
}
