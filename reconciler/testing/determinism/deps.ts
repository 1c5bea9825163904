import type { Env } from '#core/env.ts'
import { createLogger } from '#core/log.ts'
import { createMetrics } from '#core/metrics/create-metrics.ts'
import { openDatabase } from '#core/postgres/db.ts'
import type { Deps } from '#core/service.ts'
import { parseShop } from '#core/shop.ts'
import { openStripe } from '#core/stripe-client.ts'
import { systemEnv } from '#core/system-env.ts'
import { NO_NOTIFY } from '#core/notify.ts'

export const SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: main, name: Main, zone: Europe/London }]
tills: [{ id: t1, store: main, name: One }]
`)

export type MovedDeps = Deps & { readonly moveTo: (at: Date) => void }

/** Deps of one process: a clock that is moved by hand, and wake-ups that reach only their listeners in it. */
export const openDeps = (appUrl: string, stripeUrl: string, chainFile: string, start: Date): MovedDeps => {
  let now = start
  const listeners = new Map<string, () => Promise<void>>()
  const env: Env = { ...systemEnv(), clock: { now: () => now, isSteady: () => true } }
  return {
    env,
    db: openDatabase(appUrl, 6),
    shop: SHOP,
    stripe: openStripe('sk_test_12345678', stripeUrl),
    stripeFacts: { accountId: 'acct_1', livemode: false, webhookSecrets: [] },
    wakeups: {
      wake: (name: string) => void listeners.get(name)?.(),
      listen: (name: string, drain: () => Promise<void>) => void listeners.set(name, drain),
      close: async () => undefined,
    },
    log: createLogger('error'),
    metrics: createMetrics(),
    clickhouse: undefined,
    chainHeadFile: chainFile,
    auditHeadFile: '',
    notify: NO_NOTIFY,
    without: [],
    moveTo: (at: Date) => {
      now = at
    },
  } as unknown as MovedDeps
}
