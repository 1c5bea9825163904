import { openClickHouse } from '#core/clickhouse/client.ts'
import { createLogger } from '#core/log.ts'
import { createMetrics } from '#core/metrics/create-metrics.ts'
import { openDatabase } from '#core/postgres/db.ts'
import type { Deps } from '#core/service.ts'
import { importShop, parseShop } from '#core/shop.ts'
import { openStripe } from '#core/stripe-client.ts'
import { manualEnv, type ManualEnv } from '#core/testing/manual-env.ts'
import { createTempDatabase } from '#core/testing/temp-postgres.ts'
import { NO_NOTIFY, type Notify } from '#core/notify.ts'
import { localWakeups, type LocalWakeups } from '#core/testing/local-wakeups.ts'

export const WEBHOOK_SECRETS = ['whsec_first0000', 'whsec_second000']

const SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: high-street, name: High Street, zone: Europe/London }]
tills: [{ id: till-1, store: high-street, name: Till 1 }]
readers: [{ id: reader-1, label: Counter 1, till: till-1 }, { id: reader-2, label: Counter 2 }]
`)

export interface WorkerDeps {
  readonly deps: Deps & { readonly env: ManualEnv; readonly wakeups: LocalWakeups }
  close(): Promise<void>
}

/** Deps on a database of the test's own, with a manual clock; nothing listens at ClickHouse's and Stripe's URLs unless given. */
export const openWorkerDeps = async (
  urls: { clickhouse?: string; stripe?: string; notify?: Partial<Notify> } = {},
): Promise<WorkerDeps> => {
  const database = await createTempDatabase()
  const env = manualEnv({ fetch })
  const db = openDatabase(database.appUrl)
  const clickhouse = openClickHouse(urls.clickhouse ?? 'http://127.0.0.1:9')
  await importShop(db, SHOP, env.clock.now(), 'test')
  return {
    deps: {
      env,
      db,
      clickhouse,
      stripe: openStripe('sk_test_tillwatch0000', urls.stripe ?? 'http://127.0.0.1:9'),
      stripeFacts: { accountId: 'acct_test', livemode: false, webhookSecrets: WEBHOOK_SECRETS },
      wakeups: localWakeups(),
      log: createLogger('silent'),
      metrics: createMetrics(),
      shop: SHOP,
      chainHeadFile: '',
      auditHeadFile: '',
      notify: { ...NO_NOTIFY, ...urls.notify },
      without: [],
    },
    close: async () => {
      await clickhouse.close()
      await db.close()
      await database.drop()
    },
  }
}
