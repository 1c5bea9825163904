import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const isFresh = loadSql(import.meta.url, 'sql/evaluation_is_fresh.sql')

const EVERY_MS = 60_000
/** An engine that has evaluated nothing for so long is dead, whatever else still runs. */
const FRESH_MS = 60_000
const ANSWER_WITHIN_MS = 10_000

type HeartbeatDeps = Pick<Deps, 'env' | 'db' | 'notify' | 'log'>

/**
 * Tells `HEARTBEAT_URL` that alerts are evaluated, if they are: whoever waits there complains when it hears nothing. Answers
 * whether it was told. Never throws: that it could not be told is what the other side is for.
 */
export const callOutside = async ({ env, db, notify, log }: HeartbeatDeps): Promise<boolean> => {
  if (notify.heartbeatUrl === null) return false
  try {
    const since = new Date(env.clock.now().getTime() - FRESH_MS)
    if ((await db.first(isFresh, [since])) === undefined) return false
    const answer = await env.fetch(notify.heartbeatUrl, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    await answer.body?.cancel()
    if (!answer.ok) log.warn({ status: answer.status }, 'the heartbeat outside was refused')
    return answer.ok
  } catch (error) {
    log.warn({ err: error }, 'the heartbeat outside was not heard')
    return false
  }
}

/** Calls outside each minute of machine time until it is stopped; does nothing when there is nobody to call. */
export const startHeartbeat = (deps: HeartbeatDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const { machine } = deps.env
  const beat = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await machine.sleep(EVERY_MS, stopping.signal).catch(() => undefined)
      if (!stopping.signal.aborted) await callOutside(deps)
    }
  }
  const beating = deps.notify.heartbeatUrl === null ? Promise.resolve() : beat()
  return {
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await beating
    },
  }
}
