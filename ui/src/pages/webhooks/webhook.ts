/** An event of Stripe's as the inbox keeps it. */
export interface WebhookEvent {
  readonly id: string
  readonly type: string
  readonly object_type: string
  readonly object_id: string
  readonly source: 'webhook' | 'poller' | 'reconciler'
  readonly stripe_created: string
  readonly received_at: string
  readonly status: 'received' | 'processing' | 'processed' | 'failed' | 'parked'
  readonly attempts: number
  readonly next_attempt_at: string | null
  readonly result: string | null
  readonly last_error: string | null
  readonly failed_at: string | null
  readonly processed_at: string | null
}

/** How the inbox stands. */
export interface InboxSummary {
  readonly counts: {
    readonly received: number
    readonly processing: number
    readonly failed: number
    readonly parked: number
    readonly processed_day: number
  }
  readonly stuck: number
  readonly stuck_after_s: number
  readonly oldest_unprocessed_at: string | null
  readonly last_received_at: string | null
  readonly received_hour: number
  readonly received_day: number
  readonly delivery_lag_ms: { readonly p50: number | null; readonly p95: number | null }
  readonly failing: readonly {
    readonly type: string
    readonly error: string
    readonly status: 'failed' | 'parked'
    readonly count: number
  }[]
  readonly as_of: string
}

type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

export const TONES: Readonly<Record<WebhookEvent['status'], Tone>> = {
  received: 'info',
  processing: 'info',
  processed: 'good',
  failed: 'warn',
  parked: 'bad',
}

/** What a state means, and what happens next. */
export const MEANING: Readonly<Record<WebhookEvent['status'], string>> = {
  received: 'Stored, not applied yet; the worker takes it at once.',
  processing: 'Being applied.',
  processed: 'Applied.',
  failed: 'A try failed; it is tried again by itself.',
  parked: 'Five tries failed. Mend the cause, then retry.',
}

/** Ways by which an event came to us. */
export const SOURCES: Readonly<Record<WebhookEvent['source'], string>> = {
  webhook: 'delivered by Stripe',
  poller: 'found by asking Stripe',
  reconciler: 'found by a reconciliation run',
}

/** The page of an object of Stripe's that we have a page for. */
export const objectUrl = (id: string): string | null => (/^po_\w+$/.test(id) ? `/payouts/${id}` : null)
