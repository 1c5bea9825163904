import type { Address } from '../deliveries/add-deliveries.ts'
import type { Severity } from '../messages/notice.ts'

/** More messages than this to one reader within `STORM_WINDOW_MS` are a storm (knowledge: observability §1.3). */
export const STORM_MAX = 10
export const STORM_WINDOW_MS = 600_000

/** Machines want every message: the pager makes one incident of an incident's, the webhook's receiver has a guard of its own. */
const GUARDED = new Set(['mail', 'slack'])

/** Names a reader. */
export const readerOf = ({ channel, contact }: Address): string => `${channel} ${contact}`

/** A message that is to be sent. */
export interface Wanted {
  readonly severity: Severity
  /** This reader was not told of the incident before. */
  readonly isFirst: boolean
}

/** True when this reader can be sent one more message of the kind now; `sent` counts those of the last ten minutes. */
export const maySend = (address: Address, sent: number, { severity, isFirst }: Wanted): boolean =>
  !GUARDED.has(address.channel) || sent < STORM_MAX || (severity === 'critical' && isFirst)
