import { createHash } from 'node:crypto'
import { TillwatchError } from '#core/errors.ts'
import type { Principal } from '#core/access/roles.ts'
import type { RouteAnswer } from '#core/http/route-spec.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { decideClaim, keptSince, type RecoveryPoint } from '../domain/idempotency.ts'
import { forgetExpired } from './forget-keys.ts'
import { OWNER_LOCK_SPACE } from './key-owner.ts'

const claimRow = loadSql(import.meta.url, '../sql/idempotency_key_claim.sql')
const finishRow = loadSql(import.meta.url, '../sql/idempotency_key_finish.sql')
const readAnswer = loadSql(import.meta.url, '../sql/idempotency_key_read_answer.sql')

/** A money call as it came. */
export interface MoneyCall {
  readonly key: string
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly principal: Principal
  readonly traceId: string
  readonly requestId: string
  /** Machine time at which it was accepted. */
  readonly acceptedMs: number
  /** The request's log line. */
  readonly log: Record<string, string | number | boolean | null>
}

/** A key whose work somebody is at: what is needed to do it, now or after a crash. */
export interface StartedKey {
  readonly key: string
  readonly recovery_point: RecoveryPoint
  readonly object_id: string
  readonly trace_id: string
  readonly created_at: Date
  readonly role: string
  readonly request_body: Readonly<Record<string, unknown>>
  /** Looks of the completer that brought no answer. */
  readonly looks: number
}

type KeyRow = StartedKey & {
  readonly fingerprint: string
  readonly status: 'started' | 'finished'
  readonly response_status: number | null
  readonly response_body: string | null
  readonly finished_at: Date | null
  readonly won: boolean
  readonly begun: boolean
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]))
}

/** What makes two calls the same: method, path and the body whatever the order of its keys. */
export const fingerprintOf = (call: Pick<MoneyCall, 'method' | 'path' | 'body'>): string =>
  createHash('sha256')
    .update(`${call.method}\n${call.path}\n${JSON.stringify(sorted(call.body))}`)
    .digest('hex')

/** A stored answer, byte for byte, marked as one. */
export const replayOf = (status: number, text: string): RouteAnswer => ({
  status,
  text,
  headers: { 'Idempotent-Replayed': 'true' },
})

export type Claim =
  | { readonly kind: 'run'; readonly started: StartedKey }
  | { readonly kind: 'resume'; readonly started: StartedKey }
  | { readonly kind: 'replay'; readonly answer: RouteAnswer }

const toClaim = (row: KeyRow, fingerprint: string): Claim => {
  const facts = {
    sameFingerprint: row.fingerprint === fingerprint,
    status: row.status,
    won: row.won,
    begun: row.begun,
  }
  switch (decideClaim(facts)) {
    case 'reused':
      throw new TillwatchError('idempotency_key_reused')
    case 'in_flight':
      throw new TillwatchError('operation_in_progress')
    case 'replay':
      return { kind: 'replay', answer: replayOf(row.response_status ?? 500, row.response_body ?? '') }
    case 'resume':
      return { kind: 'resume', started: row }
    case 'run':
      return { kind: 'run', started: row }
  }
}

/**
 * Claims the call's key in the caller's database transaction; a rollback releases it. Throws `idempotency_key_reused` or
 * `operation_in_progress`.
 */
export const claimKey = async (
  db: Db,
  call: MoneyCall,
  wanted: {
    readonly point: RecoveryPoint
    /** Id of the object that the call will be about. */
    readonly objectId: string
    readonly owner: number
    /** A call of this process is at the key now. */
    readonly isRunning: boolean
    readonly now: Date
  },
): Promise<Claim> => {
  const fingerprint = fingerprintOf(call)
  const claim = async () =>
    db.first<KeyRow>(claimRow, [
      call.key,
      fingerprint,
      call.method,
      call.path,
      wanted.point,
      call.traceId,
      wanted.now,
      wanted.owner,
      call.principal.role,
      call.principal.actorId,
      JSON.stringify(call.body),
      OWNER_LOCK_SPACE,
      !wanted.isRunning,
      wanted.objectId,
    ])
  let row = await claim()
  const isOld = row?.finished_at != null && row.finished_at <= keptSince(wanted.now)
  // After its seven days a key is new, also before the sweep comes by.
  if (isOld && (await forgetExpired(db, call.key, wanted.now))) row = await claim()
  if (!row) throw new TillwatchError('operation_in_progress')
  return toClaim(row, fingerprint)
}

/**
 * Keeps the answer in the caller's database transaction. When another process finished the key first, its answer is the
 * one that is sent.
 */
export const finishKey = async (
  db: Db,
  key: string,
  answer: { readonly status: number; readonly body: unknown },
  now: Date,
): Promise<RouteAnswer> => {
  const text = JSON.stringify(answer.body)
  const finished = await db.run(finishRow, [key, answer.status, text, now])
  if (finished === 1) return { status: answer.status, text }
  const kept = await db.first<{ response_status: number; response_body: string }>(readAnswer, [key])
  if (!kept) throw new TillwatchError('operation_in_progress')
  return replayOf(kept.response_status, kept.response_body)
}
