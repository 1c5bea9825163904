import type { Entry } from '#core/ledger/post-entry.ts'
import type { Deps } from '#core/service.ts'

/** What recording needs of the platform. */
export type RecordDeps = Pick<Deps, 'env' | 'shop' | 'metrics'>

/** Who brings a fact, and why. */
export interface RecordedBy {
  readonly writer: 'api' | 'webhook' | 'poller' | 'completer' | 'reconciler'
  readonly cause: Entry['cause']
  /** Machine time from the accepted confirm to its outcome; only the one who waited knows it. */
  readonly latencyMs?: number | undefined
  /** The moment of which the snapshot tells, where it is another one than now. */
  readonly at?: Date | undefined
}

/** What recording did. `unknown_object`: nothing of ours belongs to it. */
export type RecordResult = 'recorded' | 'unchanged' | 'unknown_object'
