import type { Env } from '../env.ts'
import { newId } from '../ids.ts'
import type { Db } from '../postgres/db.ts'
import { loadSql } from '../postgres/sql.ts'
import { plainText, redact } from './redact.ts'

const insertEntry = loadSql(import.meta.url, 'sql/audit_entry_insert.sql')

/**
 * What a row of the trail is: `call` before a change, `outcome` after it, `read` a look at sensitive data, `refused` what the
 * caller may not do, `job` a change that the platform made by itself.
 */
export const AUDIT_KINDS = ['call', 'outcome', 'read', 'refused', 'job'] as const
export type AuditKind = (typeof AUDIT_KINDS)[number]

/** Who did it, as known then; a part of the platform acts under its own name. */
export interface AuditActor {
  readonly actorId: string | null
  readonly name: string | null
  readonly role: string | null
}

/** One row of the audit trail. */
export interface AuditEntry {
  readonly kind: AuditKind
  readonly actor: AuditActor
  /** What was done, as words with dots: `payments.refunds`. */
  readonly action: string
  /** Id of what it was done to. */
  readonly object?: string | null
  readonly before?: unknown
  readonly after?: unknown
  readonly requestId?: string | null
  readonly traceId?: string | null
  readonly ip?: string | null
  readonly userAgent?: string | null
  readonly route?: string | null
  readonly status?: number | null
  readonly code?: string | null
}

/** The actor of what a part of the platform does by itself. */
export const platformActor = (part: string): AuditActor => ({ actorId: part, name: part, role: 'platform' })

const TEXT_MAX = 300

/** Headers and paths come from outside: Postgres takes no NUL, and nobody needs a kilobyte of user agent. */
const cut = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : plainText(text.slice(0, TEXT_MAX))

const jsonOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(redact(value))

/**
 * Writes one row of the audit trail; inside a database transaction it stands or falls with it. Secrets and card numbers in
 * `before` and `after` are removed. The chain takes it up within about a second (audit/). Answers its id; throws when it could not be written.
 */
export const appendAudit = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Db,
  entry: AuditEntry,
): Promise<string> => {
  const id = newId(env, 'audit')
  const { actor } = entry
  await db.run(insertEntry, [
    id,
    env.clock.now(),
    entry.kind,
    actor.actorId,
    cut(actor.name),
    actor.role,
    entry.action,
    cut(entry.object),
    jsonOf(entry.before),
    jsonOf(entry.after),
    entry.requestId ?? null,
    entry.traceId ?? null,
    entry.ip ?? null,
    cut(entry.userAgent),
    entry.route ?? null,
    entry.status ?? null,
    entry.code ?? null,
  ])
  return id
}
