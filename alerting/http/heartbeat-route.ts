import { z } from '@hono/zod-openapi'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { SECOND_PATH } from '../measures/people/read-heartbeat.ts'

const upsert = loadSql(import.meta.url, 'sql/heartbeat_upsert.sql')

/** Alertmanager's webhook, version 4: only that it is about a Watchdog that fires is looked at. */
const beat = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(z.looseObject({ labels: z.record(z.string(), z.string()) })).min(1),
})

/**
 * `POST /internal/heartbeat`: Alertmanager's Watchdog, which fires as long as Prometheus evaluates. When it is not heard for
 * five minutes, the rule SecondPathSilent says so: whoever watches the watcher is the watched.
 */
export const addHeartbeatRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/internal/heartbeat',
      summary: "The second path's pulse: Alertmanager sends its Watchdog here",
      allow: ['oncall', 'admin'],
      scope: 'shop',
      body: beat,
      answers: { 200: z.strictObject({ heard_at: z.string() }) },
      errors: [],
    },
    async ({ body: { status, alerts } }) => {
      // A Watchdog that has resolved is the opposite of a pulse.
      const isBeat = status === 'firing' && alerts.some(({ labels }) => labels['alertname'] === 'Watchdog')
      if (!isBeat) throw new TillwatchError('validation_failed', 'Only a Watchdog that fires is a pulse.')
      const at = deps.env.clock.now()
      await deps.db.run(upsert, [SECOND_PATH, at])
      return { status: 200, body: { heard_at: at.toISOString() } }
    },
  )
