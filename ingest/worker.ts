import type { WorkerLayer } from '#core/config.ts'
import { createApi, type Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { logAs } from '#core/log.ts'
import type { Deps, Service } from '#core/service.ts'
import { createCompleter } from './completer/complete-started.ts'
import { startDrainLoop } from '#core/drain-loop.ts'
import { metricsRoutes } from './metrics/routes.ts'
import { ensureCursor, pollEvents } from './poller/poll-events.ts'
import { pollerRoutes } from './poller/routes.ts'
import { watchReaders } from './readers/watch-readers.ts'
import { mailReceipts } from './receipts/mail-receipts.ts'
import { relayEvents } from './relay/relay-events.ts'
import { applyInbox } from './webhooks/apply-inbox.ts'
import { HANDLERS } from './webhooks/handlers.ts'
import { deliveryRoute, webhookRoutes } from './webhooks/routes.ts'

const countOpen = loadSql(import.meta.url, 'sql/work_count_open.sql')
const selectNextDue = loadSql(import.meta.url, 'sql/work_select_next_due.sql')

interface OpenWork {
  readonly inbox: number
  readonly relay: number
  readonly completer: number
  readonly poller: number
}

/** Counts the worker's open rows and shows them as gauges. */
const measureOpen = async (deps: Deps): Promise<number> => {
  const open = await deps.db.first<OpenWork>(countOpen, [deps.env.clock.now()])
  if (!open) return 0
  deps.metrics.webhookUnprocessed.set(open.inbox)
  deps.metrics.outboxPending.set(open.relay)
  const at = (layer: WorkerLayer) => (deps.without.includes(layer) ? 0 : open[layer])
  return open.inbox + open.relay + at('completer') + at('poller')
}

/**
 * Applies Stripe's events, polls for those that never came, relays ours to ClickHouse and settles money calls whose outcome is unknown. Any number of
 * workers may run on one database.
 */
export const startWorker = async (deps: Deps): Promise<Service> => {
  const inbox = logAs(deps, 'webhooks')
  const completer = createCompleter(logAs(deps, 'payments'))
  await ensureCursor(inbox)
  const applying = startDrainLoop(inbox, 'inbox', async () => applyInbox(inbox, HANDLERS))
  const has = (layer: WorkerLayer) => !deps.without.includes(layer)
  const unless = (layer: WorkerLayer, drain: () => Promise<void>) =>
    has(layer) ? drain : async () => undefined
  if (deps.without.length > 0) deps.log.warn({ without: deps.without }, 'layers are off: this is a drill')
  const polling = startDrainLoop(
    inbox,
    'poller',
    unless('poller', async () => pollEvents(inbox)),
  )
  const payments = logAs(deps, 'payments')
  const watching = startDrainLoop(payments, 'readers', async () => watchReaders(payments))
  const completing = startDrainLoop(payments, 'completer', unless('completer', completer.drain))
  const relaying = startDrainLoop(deps, 'relay', async () => relayEvents(deps))
  const mailing = startDrainLoop(payments, 'receipts', async () => mailReceipts(payments))
  const loops = [applying, relaying, completing, polling, watching, mailing]
  const wakeAll = () => loops.forEach((loop) => loop.wake())
  // What a predecessor left behind does not wait for the first sweep.
  wakeAll()
  return {
    name: 'worker',
    open: async () => measureOpen(deps),
    // Only these wait for an instant; the relay is woken by who gives it work, and by its sweep.
    enqueueDue: async () => {
      applying.wake()
      completing.wake()
      polling.wake()
      watching.wake()
      mailing.wake()
    },
    nextDue: async (now) => {
      const params = [now, has('poller'), has('completer')]
      return (await deps.db.first<{ due: Date | null }>(selectNextDue, params))?.due ?? null
    },
    stop: async () => {
      await Promise.all(loops.map(async (loop) => loop.stop()))
      await completer.close()
    },
  }
}

/** Routes of the worker's side for people, to be mounted under `/payments/api`. */
export const workerRoutes = (deps: Deps): Api => {
  const api = createApi()
  api.route('/', webhookRoutes(deps))
  api.route('/', pollerRoutes(deps))
  api.route('/', metricsRoutes(deps))
  return api
}

/** `POST /payments/webhooks/stripe`, to be mounted at the root. */
export const webhookRoute = (deps: Deps): Api => deliveryRoute(deps)
