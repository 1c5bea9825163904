import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { openClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { isLive, type Config } from '#core/config.ts'
import type { Logger } from '#core/log.ts'
import { startPulse } from '#core/pulse/start-pulse.ts'
import { createMetrics, type Metrics } from '#core/metrics/create-metrics.ts'
import { openDatabase } from '#core/postgres/db.ts'
import { migratePostgres } from '#core/postgres/migrate.ts'
import { openWakeups } from '#core/queue.ts'
import type { Deps } from '#core/service.ts'
import { parseShop } from '#core/shop.ts'
import { systemMachine, systemRandom } from '#core/system-env.ts'
import { createDueAsker, machineClock, sandboxClock, type PlatformClock } from './clock.ts'
import { loadSecrets, readIfThere, writePrivate, type DataFolder, type Secrets } from './data-folder.ts'
import { startDueTick } from './due-tick.ts'
import { startSandbox, startStores, type Stores } from './engines.ts'
import { importSettings } from './import-settings.ts'
import { notifyOf, type NotifyPlace } from './notify.ts'
import { ensureDemoPeople } from '../../access/demo-people.ts'
import { isNobodyYet } from '../../access/person.ts'
import { setupToken } from '../../access/setup-token.ts'
import { ensureReaders } from '../../ingest/readers/find-reader.ts'
import { createGateway } from '../http/gateway.ts'
import { listen } from '../http/listen.ts'
import { watchSecrets } from '../secrets/watch-secrets.ts'
import { openPages } from './pages.ts'
import { refuseInside } from './refuse-inside.ts'
import { startServices, type ServiceName } from './services.ts'
import { introduceToPager, sinksOf } from './sinks.ts'
import type { Stack } from './stack.ts'
import { openStripeAccount, registerSandboxEndpoint, type StripeAccess } from './stripe-account.ts'
import { ensureCliToken, ensureDemoTokens } from './tokens.ts'

/** A platform that takes requests. */
export interface Platform {
  readonly url: string
  readonly sandboxUrl: string | null
  readonly embedded: readonly string[]
  readonly deps: Deps
  /** Makes the first admin; null once there are people. */
  readonly setupToken: string | null
}

export interface StartOptions {
  readonly config: Config
  readonly folder: DataFolder
  readonly services: readonly ServiceName[]
  readonly log: Logger
  readonly stack: Stack
  /** Where a sandbox without objects begins; machine time without it. */
  readonly clockStart?: Date | undefined
}

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string }

const demoShop = new URL('../demo-shop.yaml', import.meta.url)

const readShop = async (config: Config, folder: DataFolder) => {
  if (config.TILLWATCH_SHOP_FILE) return parseShop(await readFile(config.TILLWATCH_SHOP_FILE, 'utf8'))
  const own = await readIfThere(folder.shopFile)
  if (own !== undefined) return parseShop(own)
  const text = await readFile(demoShop, 'utf8')
  await writePrivate(folder.shopFile, text)
  return parseShop(text)
}

const openStores = async (
  stores: Stores,
  config: Config,
  clock: PlatformClock,
  metrics: Metrics,
  { log, stack }: Pick<StartOptions, 'log' | 'stack'>,
) => {
  if (stores.databaseOwnerUrl !== null)
    await migratePostgres(stores.databaseOwnerUrl, stores.databaseAppPassword)
  const db = openDatabase(stores.databaseUrl, 16, {
    machine: systemMachine,
    onWait: (seconds) => metrics.poolWait.observe(seconds),
  })
  stack.onStop('database pool', () => db.close())
  const clickhouse = openClickHouse(stores.clickhouseUrl)
  stack.onStop('clickhouse client', () => clickhouse.close())
  // ClickHouse may be away at the start: payments go on, the relay waits, /readyz says so.
  await migrateClickHouse(clickhouse, clock.env.clock.now()).catch((error: unknown) =>
    log.error({ err: error }, 'ClickHouse is away'),
  )
  const wakeups = await openWakeups({ databaseUrl: stores.databaseUrl, redisUrl: config.REDIS_URL }, log)
  stack.onStop('wake-ups', () => wakeups.close())
  return { db, clickhouse, wakeups }
}

const webhookSecretsOf = (config: Config, secrets: Secrets): readonly string[] =>
  config.STRIPE_WEBHOOK_SECRETS ?? (secrets.webhook ? [secrets.webhook.secret] : [])

const WEBHOOK_PATH = '/payments/webhooks/stripe'

/** What is known before the stores are open. */
interface Known {
  readonly access: StripeAccess
  readonly webhookSecrets: readonly string[]
  readonly metrics: Metrics
}

const composeDeps = async (
  options: StartOptions,
  clock: PlatformClock,
  stores: Stores,
  { access, webhookSecrets, metrics }: Known,
  place: NotifyPlace,
): Promise<Deps> => {
  const { config, folder, log } = options
  const { db, clickhouse, wakeups } = await openStores(stores, config, clock, metrics, options)
  const shop = await readShop(config, folder)
  await importSettings(clock.env, db, shop)
  return {
    env: clock.env,
    db,
    clickhouse,
    wakeups,
    log,
    shop,
    without: config.WORKER_WITHOUT ?? [],
    metrics,
    stripe: access.stripe,
    stripeFacts: { accountId: access.accountId, livemode: access.livemode, webhookSecrets },
    chainHeadFile: config.TILLWATCH_CHAIN_HEAD_FILE ?? folder.chainHeadFile,
    auditHeadFile: config.TILLWATCH_AUDIT_HEAD_FILE ?? folder.auditHeadFile,
    notify: notifyOf(config, place),
  }
}

/** Readers that Stripe does not have, or not now, are found when a till asks for one: payments go on without them. */
const findReaders = async (deps: Deps, withSandbox: boolean, log: Logger): Promise<void> => {
  try {
    const missing = await ensureReaders(deps, withSandbox)
    if (missing.length > 0)
      log.warn({ readers: missing }, 'card readers of shop.yaml that Stripe does not have')
  } catch (error) {
    log.warn({ err: error }, 'card readers not looked up')
  }
}

/** What must be there before anybody comes: readers, the command line's token, the sandbox's accounts, the secrets' ages. */
const furnish = async (deps: Deps, config: Config, folder: DataFolder): Promise<void> => {
  const withSandbox = config.STRIPE_SECRET_KEY === undefined
  await findReaders(deps, withSandbox, deps.log)
  await ensureCliToken(deps.env, deps.db, folder)
  if (!isLive(config)) await ensureDemoTokens(deps.env, deps.db, folder)
  if (withSandbox) await ensureDemoPeople(deps)
  // From now on their ages count, whether or not somebody ever looks.
  await watchSecrets(deps, config).look()
}

/**
 * Starts the platform: stores, sandbox, clock, services, HTTP, in this order; everything started is on `stack`, which
 * stops it in the opposite order. Throws what kept a part from starting.
 */
export const startPlatform = async (options: StartOptions): Promise<Platform> => {
  const { config, folder, log, stack } = options
  await refuseInside(config)
  const secrets = await loadSecrets(folder, systemRandom)
  const withSandbox = config.STRIPE_SECRET_KEY === undefined
  const withApi = options.services.includes('gateway')
  const [stores, sandbox, ui] = await Promise.all([
    startStores(config, folder, secrets, { stack, log }),
    withSandbox
      ? startSandbox(folder, { stack, log }, options.clockStart, config.TILLWATCH_SANDBOX_DOUBTS)
      : null,
    withApi ? openPages(log) : null,
  ])
  const sandboxUrl = sandbox && sandbox.url
  const clock = sandboxUrl === null ? machineClock() : await sandboxClock(sandboxUrl, log)
  const metrics = createMetrics()
  metrics.buildInfo.set({ version }, 1)
  const access = await openStripeAccount(config, secrets, sandboxUrl, metrics)
  // Listening comes before serving: the sandbox has to know where deliveries go. Until then every answer is 503.
  const listener = await listen(config.TILLWATCH_HOST, config.TILLWATCH_PORT)
  stack.onStop('http', () => listener.close())
  const url = `http://${config.TILLWATCH_HOST}:${listener.port}`
  const registered =
    sandboxUrl === null
      ? secrets
      : await registerSandboxEndpoint(
          access.stripe,
          folder,
          secrets,
          url + WEBHOOK_PATH,
          config.WORKER_WITHOUT?.includes('inbox') ?? false,
        )
  const deps = await composeDeps(
    options,
    clock,
    stores,
    { access, metrics, webhookSecrets: webhookSecretsOf(config, registered) },
    {
      url,
      linkSecret: registered.link,
      sinks: sandbox && sinksOf(sandbox),
    },
  )
  if (sandbox) await introduceToPager(config, sandbox, url, registered.link)
  await furnish(deps, config, folder)
  const services = await startServices(deps, options.services)
  for (const service of services) stack.onStop(service.name, () => service.stop())
  const pulse = startPulse(deps, options.services)
  stack.onStop('pulse', () => pulse.stop())
  const due = createDueAsker(services, log)
  const gateway = createGateway({ deps, config, services, sandboxUrl, ui, withApi })
  listener.serve(gateway.fetch)
  const tick = startDueTick(deps.env.clock, due)
  stack.onStop('due tick', () => tick.stop())
  clock.serve({ db: deps.db, services: [...services, gateway.service], due, countCalls: gateway.countCalls })
  stack.onStop('clock', () => clock.stop())
  stack.onStop('intake', () => gateway.service.stop())
  const embedded = [...stores.embedded, ...(withSandbox ? ['Stripe sandbox'] : [])]
  return {
    url,
    sandboxUrl,
    embedded,
    deps,
    setupToken: (await isNobodyYet(deps.db)) ? setupToken(deps) : null,
  }
}
