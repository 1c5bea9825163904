import { newId } from '../ids.ts'
import { loadSql } from '../postgres/sql.ts'
import type { Deps } from '../service.ts'
import { createCountSince } from './count-since.ts'

const insert = loadSql(import.meta.url, 'sql/pulse_insert.sql')
const deleteOld = loadSql(import.meta.url, 'sql/pulses_delete_old.sql')

/** The alerting asks who has been silent for a minute: some pulses may get lost. */
export const PULSE_EVERY_MS = 5_000
const KEPT_MS = 3_600_000
const TIDY_EVERY = 120

/** What a pulse needs of the platform. */
export type PulseDeps = Pick<Deps, 'env' | 'db' | 'log' | 'metrics'>

const openCounts = ({ metrics }: PulseDeps) => {
  const http = createCountSince(metrics.httpRequests, 'status_class')
  const stripe = createCountSince(metrics.stripeRequests, 'outcome')
  const forged = createCountSince(metrics.webhookSignatureFailures, 'source')
  return async () => ({
    http_requests: await http(),
    stripe_requests: await stripe(),
    webhook_signature_failures: await forged(),
  })
}

/**
 * Writes a row every five seconds that this process lives, with counts that no other store holds, for the alerting, which may
 * run elsewhere. A pulse that cannot be written is skipped, and its counts go with it: whoever is asked then is away.
 */
export const startPulse = (deps: PulseDeps, services: readonly string[]): { stop(): Promise<void> } => {
  const { env, db, log } = deps
  const me = newId(env, 'process')
  const stopping = new AbortController()
  const count = openCounts(deps)
  let beats = 0

  const beat = async (): Promise<void> => {
    const now = env.clock.now()
    await db.run(insert, [me, now, services, JSON.stringify(await count())])
    beats += 1
    if (beats % TIDY_EVERY === 0) await db.run(deleteOld, [new Date(now.getTime() - KEPT_MS)])
  }
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await beat().catch((error: unknown) => log.warn({ err: error }, 'pulse not written'))
      await env.machine.sleep(PULSE_EVERY_MS, stopping.signal).catch(() => undefined)
    }
  }
  const running = loop()
  return {
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await running
    },
  }
}
