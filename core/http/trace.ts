import type { Env } from '../env.ts'
import { newTraceId } from '../ids.ts'

/** W3C trace context, version 00: version, trace id, parent id, flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

/** The caller's trace id from its `traceparent` header, or a new one. */
export const traceIdOf = (env: Pick<Env, 'random'>, traceparent: string | undefined): string => {
  const given = TRACEPARENT.exec(traceparent ?? '')?.[1]
  return given && !/^0+$/.test(given) ? given : newTraceId(env)
}
