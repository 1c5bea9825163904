import { createHash } from 'node:crypto'
import { canonicalize } from 'json-canonicalize'

/** A row of the trail as the chain covers it: every column but the order of writing. */
export interface SealedEntry {
  readonly id: string
  readonly at: Date
  readonly kind: string
  readonly actor_id: string | null
  readonly actor_name: string | null
  readonly role: string | null
  readonly action: string
  readonly object: string | null
  /** JSON as Postgres writes it: a number that JavaScript cannot hold exactly is under the hash all the same. */
  readonly before: string | null
  readonly after: string | null
  readonly request_id: string | null
  readonly trace_id: string | null
  readonly ip: string | null
  readonly user_agent: string | null
  readonly route: string | null
  readonly status: number | null
  readonly code: string | null
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** What stands before the first row. */
export const GENESIS = sha256('tillwatch audit chain 1')

/** SHA-256 over the hash before and the row as canonical JSON (RFC 8785): one text for one row, whatever stands in its fields. */
export const entryHash = (previous: string, entry: SealedEntry): string =>
  sha256(
    previous +
      canonicalize({
        id: entry.id,
        at: entry.at.toISOString(),
        kind: entry.kind,
        actor_id: entry.actor_id,
        actor_name: entry.actor_name,
        role: entry.role,
        action: entry.action,
        object: entry.object,
        before: entry.before,
        after: entry.after,
        request_id: entry.request_id,
        trace_id: entry.trace_id,
        ip: entry.ip,
        user_agent: entry.user_agent,
        route: entry.route,
        status: entry.status,
        code: entry.code,
      }),
  )
