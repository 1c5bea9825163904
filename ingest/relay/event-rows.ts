import { eventBodySchema } from '#core/contracts/event.ts'

/** An event as Postgres keeps it. */
export interface StoredEvent {
  readonly id: string
  readonly type: string
  readonly occurred_at: Date
  readonly recorded_at: Date
  readonly body: unknown
}

const BODY_COLUMNS = eventBodySchema.keyof().options

/** Columns of `payment_events_raw_v1`, in the order in which rows are sent. */
export const EVENT_COLUMNS: readonly string[] = [
  'event_id',
  'type',
  'occurred_at',
  'recorded_at',
  ...BODY_COLUMNS,
]

/** One event as a row for ClickHouse. Amounts go as decimal strings, so that none is rounded above 2^53. */
export const toEventRow = (event: StoredEvent): unknown[] => {
  const body = eventBodySchema.parse(event.body)
  return [
    event.id,
    event.type,
    event.occurred_at.toISOString(),
    event.recorded_at.toISOString(),
    ...BODY_COLUMNS.map((column) => body[column]),
  ]
}
