import { openClickHouse } from '#core/clickhouse/client.ts'
import { createLogger } from '#core/log.ts'
import { createMetrics } from '#core/metrics/create-metrics.ts'
import { NO_NOTIFY, type Notify } from '#core/notify.ts'
import { openDatabase } from '#core/postgres/db.ts'
import type { Deps } from '#core/service.ts'
import { importShop, parseShop } from '#core/shop.ts'
import { openStripe } from '#core/stripe-client.ts'
import { localWakeups, type LocalWakeups } from '#core/testing/local-wakeups.ts'
import { manualEnv, type ManualEnv } from '#core/testing/manual-env.ts'
import { createTempDatabase } from '#core/testing/temp-postgres.ts'

/** A shop with a contact behind every audience. */
export const TOLD_SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: bakery, name: Bakery, zone: Europe/London }]
tills: [{ id: till-1, store: bakery, name: Till 1 }]
contacts:
  on_call: { mail: [oncall@shop.example], pager: true }
  it_support: { mail: [support@shop.example], phone: ext. 2200 }
  store_manager: { mail: [anna@shop.example] }
  management: { mail: [boss@shop.example] }
  security: { mail: [security@shop.example] }
  compliance: { mail: [compliance@shop.example] }
  finance: { mail: [finance@shop.example] }
`)

export interface AlertDeps {
  readonly deps: Deps & { readonly env: ManualEnv; readonly wakeups: LocalWakeups }
  close(): Promise<void>
}

/** Deps on a database of the test's own, with a manual clock; nobody can be reached but by `notify`. */
export const openAlertDeps = async (notify: Partial<Notify> = {}, shop = TOLD_SHOP): Promise<AlertDeps> => {
  const database = await createTempDatabase()
  const env = manualEnv({ fetch })
  const db = openDatabase(database.appUrl)
  const clickhouse = openClickHouse('http://127.0.0.1:9')
  await importShop(db, shop, env.clock.now(), 'test')
  return {
    deps: {
      env,
      db,
      clickhouse,
      stripe: openStripe('sk_test_tillwatch0000', 'http://127.0.0.1:9'),
      stripeFacts: { accountId: 'acct_test', livemode: false, webhookSecrets: [] },
      wakeups: localWakeups(),
      log: createLogger('silent'),
      metrics: createMetrics(),
      shop,
      chainHeadFile: '',
      auditHeadFile: '',
      notify: { ...NO_NOTIFY, publicUrl: 'https://shop.example', linkSecret: 'link-secret', ...notify },
      without: [],
    },
    close: async () => {
      await clickhouse.close()
      await db.close()
      await database.drop()
    },
  }
}
