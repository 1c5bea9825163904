import { measureAttempts, measureStores, measureVolume, type Window } from '#core/kpi/measure-attempts.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { invariant } from '#core/errors.ts'
import { measureBacklog } from '../relay/relay-events.ts'
import { STUCK_AFTER_MS } from '../webhooks/stuck-after.ts'
import { toMetricsDocument, type MetricsDocument, type WebhookCounts } from './metrics-document.ts'

const countWebhooks = loadSql(import.meta.url, 'sql/webhook_event_count.sql')

/** The window of the last `hours`, the present millisecond included. */
export const lastHours = (now: Date, hours: number): Window => {
  const to = new Date(now.getTime() + 1)
  return { from: new Date(to.getTime() - hours * 3_600_000), to }
}

/**
 * Measures a window: attempts in ClickHouse, the inbox in Postgres. When ClickHouse is away its parts say `failed` and the
 * rest is there. Throws `storage_unavailable` only through the database.
 */
export const readMetrics = async (
  deps: Pick<Deps, 'env' | 'db' | 'clickhouse' | 'shop'>,
  window: Window,
): Promise<MetricsDocument> => {
  const now = deps.env.clock.now()
  const stuckBefore = new Date(now.getTime() - STUCK_AFTER_MS)
  const [attempts, stores, volume, webhooks, backlog] = await Promise.all([
    measureAttempts(deps.clickhouse, window),
    measureStores(deps.clickhouse, window),
    measureVolume(deps.clickhouse, window),
    deps.db.first<WebhookCounts>(countWebhooks, [window.from, window.to, stuckBefore]),
    measureBacklog(deps.db),
  ])
  invariant(webhooks, 'an aggregate without a row')
  return toMetricsDocument(deps.shop, {
    window,
    now,
    attempts,
    stores,
    volume,
    webhooks,
    oldestUnrelayed: backlog.oldest,
  })
}
