import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openClickHouse } from '#core/clickhouse/client.ts'
import { createMetrics } from '#core/metrics/create-metrics.ts'
import { openDatabase } from '#core/postgres/db.ts'
import { openWakeups } from '#core/queue.ts'
import type { Deps } from '#core/service.ts'
import { importShop, parseShop, type Shop } from '#core/shop.ts'
import { openStripe } from '#core/stripe-client.ts'
import { systemEnv } from '#core/system-env.ts'
import { NO_NOTIFY } from '#core/notify.ts'
import { openLogs } from '../../cli/start/logs.ts'

export const BENCH_SECRET = 'whsec_bench_0000000000'

const SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: high-street, name: High Street, zone: Europe/London }]
tills: [{ id: till-1, store: high-street, name: Till 1 }]
`)

/** Nothing listens there: a bench that asks ClickHouse starts one of its own. */
const NOWHERE = 'http://127.0.0.1:9'

/**
 * The product's own dependencies as cli/start composes them: pool of 16, wake-ups through BullMQ on Postgres, its log files at
 * `info`.
 */
export const openBenchDeps = async (options: {
  readonly appUrl: string
  readonly folder: string
  readonly name: string
  readonly stripeUrl?: string | undefined
  readonly shop?: Shop
}): Promise<{ deps: Deps; close: () => Promise<void> }> => {
  const env = systemEnv()
  const shop = options.shop ?? SHOP
  const db = openDatabase(options.appUrl, 16)
  const logs = join(options.folder, options.name)
  await mkdir(logs)
  const { log, close: closeLogs } = openLogs(logs, 'info')
  const clickhouse = openClickHouse(NOWHERE)
  const wakeups = await openWakeups({ databaseUrl: options.appUrl }, log)
  await importShop(db, shop, env.clock.now(), 'bench')
  const deps: Deps = {
    env,
    db,
    clickhouse,
    wakeups,
    log,
    shop,
    metrics: createMetrics(),
    stripe: openStripe('sk_test_bench00000000', options.stripeUrl ?? NOWHERE),
    stripeFacts: { accountId: 'acct_bench', livemode: false, webhookSecrets: [BENCH_SECRET] },
    chainHeadFile: join(options.folder, 'chain-head'),
    auditHeadFile: join(options.folder, 'audit-head'),
    notify: NO_NOTIFY,
    without: [],
  }
  const close = async () => {
    await wakeups.close()
    await clickhouse.close()
    await db.close()
    await closeLogs()
  }
  return { deps, close }
}
