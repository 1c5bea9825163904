import { Hono } from 'hono'
import { Clock } from './clock/clock.ts'
import { Coordinator } from './clock/coordinator.ts'
import { accountRoutes } from './control/account-routes.ts'
import { clockRoutes } from './control/clock-routes.ts'
import { ControlFailure } from './control/answers.ts'
import { disputeRoutes } from './control/dispute-routes.ts'
import { editRoutes } from './control/edit-routes.ts'
import { factsRoutes } from './control/facts-routes.ts'
import { faultRoutes } from './control/fault-routes.ts'
import { movementRoutes } from './control/movement-routes.ts'
import { payoutRoutes } from './control/payout-routes.ts'
import { paymentIntentRoutes } from './control/payment-intent-routes.ts'
import { readerRoutes } from './control/reader-routes.ts'
import { refundRoutes } from './control/refund-routes.ts'
import { Dispatcher } from './deliveries/dispatcher.ts'
import { makeSender } from './deliveries/send.ts'
import type { Env } from './env.ts'
import { Faults } from './faults/faults.ts'
import { mountApi } from './http/api.ts'
import type { SandboxOptions } from './options.ts'
import { doubtsOf } from './options.ts'
import type { SandboxParts } from './parts.ts'
import { createAccount } from './resources/account.ts'
import { ENDPOINTS } from './resources/endpoints.ts'
import { createCounters } from './resources/terminal-readers.ts'
import { sinkRoutes } from './sinks/sink-routes.ts'
import type { Sinks } from './sinks/sinks.ts'
import { openSinks } from './sinks/sinks.ts'
import { Store } from './store/store.ts'
import { workHandlers } from './timed/handlers.ts'
import { Scheduler } from './timed/scheduler.ts'

export type Sandbox = SandboxParts & { app: Hono; sinks: Sinks; stop(): Promise<void> }

export type SandboxConfig = SandboxOptions & { dir: string; startMs: number | null }

/** Builds a sandbox on a data folder and takes up what is open in it; the HTTP server is the caller's. */
export const createSandbox = (env: Env, config: SandboxConfig): Sandbox => {
  const { machine } = env
  const store = new Store(config.dir, env.random, doubtsOf(config))
  const clock = new Clock(store, machine, config.startMs)
  const sender = makeSender(machine)
  const load = { open: 0, calls: 0 }
  const faults = new Faults(store, () => clock.now())

  const dispatcher = new Dispatcher(
    store,
    () => clock.now(),
    sender.send,
    () => coordinator.poke(),
  )
  const scheduler = new Scheduler(
    store,
    clock,
    machine,
    workHandlers(store, config, () => dispatcher),
  )
  const setClock: SandboxParts['setClock'] = (change) => {
    clock.set(change)
    store.journal.add(clock.now(), 'clock', {
      now_ms: clock.now(),
      speed: clock.speed,
      version: clock.version,
    })
    scheduler.disarm()
    scheduler.catchUp()
    coordinator.announce()
    coordinator.poke()
  }
  const coordinator = makeCoordinator(
    { env, store, clock, scheduler, setClock },
    () => load.calls,
    () => load.open === 0 && dispatcher.isQuiet,
  )
  const onCall = (phase: 'begin' | 'end'): void => {
    load.open += phase === 'begin' ? 1 : -1
    if (phase === 'begin') load.calls += 1
    else if (load.open === 0) coordinator.poke()
  }

  const parts: SandboxParts = { env, store, clock, scheduler, coordinator, faults, options: config, setClock }
  const sinks = openSinks(env, config.dir, store.journal, () => clock.now())
  const app = new Hono()
  sinkRoutes(app, sinks)
  mountControl(app, parts)
  mountApi(app, ENDPOINTS, { env, store, clock, scheduler, faults, options: config, onCall })

  if (store.state.tables.account.rows.length === 0) furnish(store, clock, config)
  dispatcher.resume()
  scheduler.catchUp()

  const stop = async (): Promise<void> => {
    dispatcher.close()
    coordinator.close()
    scheduler.disarm()
    sender.close()
    await sinks.close()
    clock.close()
    scheduler.disarm()
    await store.close()
  }
  return { ...parts, app, sinks, stop }
}

/** What a Stripe account has from its first day. */
const furnish = (store: Store, clock: Clock, config: SandboxConfig): void => {
  const unit = store.begin(clock.now())
  createAccount(unit, config)
  createCounters(unit, config.country)
  if (config.settlement) unit.change.settlement = config.settlement
  store.commit(unit)
}

const makeCoordinator = (
  { env, store, clock, scheduler, setClock }: Omit<SandboxParts, 'coordinator' | 'faults' | 'options'>,
  callCount: () => number,
  isQuiet: () => boolean,
): Coordinator =>
  new Coordinator({
    machine: env.machine,
    clock,
    isQuiet,
    callCount,
    nextDue: () => scheduler.nextDue(),
    jump: (toMs) => {
      clock.jump(toMs)
      store.journal.add(toMs, 'clock', { now_ms: clock.now(), speed: clock.speed, version: clock.version })
      scheduler.catchUp()
    },
    stand: () => {
      // An until that was reached is used up: the next fast time needs its own.
      const isReached = clock.until !== null && clock.now() >= clock.until
      setClock(isReached ? { speed: 0, until: null } : { speed: 0 })
    },
  })

const mountControl = (app: Hono, parts: SandboxParts): void => {
  accountRoutes(app, parts)
  clockRoutes(app, parts)
  factsRoutes(app, parts)
  editRoutes(app, parts)
  faultRoutes(app, parts)
  disputeRoutes(app, parts)
  movementRoutes(app, parts)
  paymentIntentRoutes(app, parts)
  payoutRoutes(app, parts)
  readerRoutes(app, parts)
  refundRoutes(app, parts)
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.all('/_sandbox/*', (context) =>
    context.json({ error: { code: 'not_found', message: 'There is nothing here.' } }, 404),
  )
  app.onError((error, context) => {
    if (error instanceof ControlFailure) {
      return context.json({ error: { code: error.code, message: error.message } }, error.status)
    }
    console.error(error)
    return context.json(
      { error: { code: 'internal', message: 'The sandbox failed; see its standard error.' } },
      500,
    )
  })
}
