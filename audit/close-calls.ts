import { appendAudit } from '#core/audit/append-audit.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const listOpen = loadSql(import.meta.url, 'sql/audit_call_list_open.sql')

/** No call takes so long: its process has gone, or lost the trail after the change. */
export const OPEN_CALL_MS = 300_000
const AT_ONCE = 200

/** A call that was written down and of which no outcome is known. */
export interface OpenCall {
  readonly id: string
  readonly at: Date
  readonly actor_id: string | null
  readonly actor_name: string | null
  readonly role: string | null
  readonly action: string
  readonly object: string | null
  readonly request_id: string
  readonly trace_id: string | null
  readonly route: string | null
}

/** Calls older than five minutes without an outcome, oldest first, at most 200. */
export const listOpenCalls = async ({ db, env }: Pick<Deps, 'db' | 'env'>): Promise<OpenCall[]> =>
  db.rows<OpenCall>(listOpen, [new Date(env.clock.now().getTime() - OPEN_CALL_MS), AT_ONCE])

const close = async ({ db, env }: Pick<Deps, 'db' | 'env'>, call: OpenCall): Promise<void> => {
  await appendAudit(env, db, {
    kind: 'outcome',
    actor: { actorId: call.actor_id, name: call.actor_name, role: call.role },
    action: call.action,
    object: call.object,
    requestId: call.request_id,
    traceId: call.trace_id,
    route: call.route,
    code: 'interrupted',
  })
}

/**
 * Writes the outcome `interrupted` of calls that were open at the look before (`seen`) and still are: whoever reads the trail
 * is told that nobody saw how they ended. Answers the ids that are open now, for the next look: a clock that jumps makes a call
 * old that is still running.
 */
export const closeCalls = async (
  deps: Pick<Deps, 'db' | 'env'>,
  seen: ReadonlySet<string>,
): Promise<Set<string>> => {
  const open = await listOpenCalls(deps)
  for (const call of open.filter(({ id }) => seen.has(id))) await close(deps, call)
  return new Set(open.map(({ id }) => id).filter((id) => !seen.has(id)))
}
