import { serve } from '@hono/node-server'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import type { WorkerLayer } from '#core/config.ts'
import { createRoot } from '#core/http/root.ts'
import type { Deps, Service } from '#core/service.ts'
import type { ManualEnv } from '#core/testing/manual-env.ts'
import { startTempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { ingestRoutes } from '../main.ts'
import { startWorker, webhookRoute } from '../worker.ts'
import { startStripeProxy, type StripeProxy } from './stripe-proxy.ts'
import { startTempSandbox } from './temp-sandbox.ts'
import { openWorkerDeps, type WorkerDeps } from './worker-deps.ts'

/** A gateway and its workers before a real sandbox that delivers webhooks, with layers that can be switched off. */
export interface Layers {
  readonly deps: WorkerDeps['deps']
  readonly proxy: StripeProxy
  readonly sandboxUrl: string
  /** Starts a worker without some layers; stops the one before. */
  startWithout(without: readonly WorkerLayer[], webhooks: 'on' | 'off'): Promise<Service>
  /** Pays a fresh sale with a card under the key; status of the answer and the payment's id. */
  pay(key: string): Promise<{ status: number; id: string; text: string }>
  /** Machine time goes on while `work` runs, so that waits between tries end. */
  inTime<T>(work: Promise<T>): Promise<T>
  /** Jumps to the next due moment of the worker and of Stripe, as the sandbox's clock does when all is quiet. */
  jump(): Promise<Date>
  /** Waits until the worker has nothing left to do now. */
  quiet(): Promise<void>
  close(): Promise<void>
}

const PAYMENT = { amount: 1_250, currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_visa' }

const serveOn = async (deps: Deps) => {
  const root = createRoot(deps)
  root.route('/payments/api', ingestRoutes(deps))
  root.route('/', webhookRoute(deps))
  const server = serve({ fetch: root.fetch, port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

const payWith =
  (url: string, token: string): Layers['pay'] =>
  async (key) => {
    const answer = await fetch(`${url}/payments/api/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(PAYMENT),
    })
    const text = await answer.text()
    return { status: answer.status, id: (JSON.parse(text) as { id: string }).id, text }
  }

const passWhile = async <T>(env: ManualEnv, work: Promise<T>): Promise<T> => {
  let done = false
  const ends = work.finally(() => {
    done = true
  })
  while (!done) {
    await env.passMachine(100)
    await new Promise(setImmediate)
  }
  return ends
}

const moveStripe = async (url: string, to: Date): Promise<void> => {
  const answer = await fetch(`${url}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now: to.toISOString() }),
  })
  expect(answer.status).toBe(200)
}

/** Opens `Layers` on a database, a ClickHouse and a sandbox of the test's own; the clock stands at 2026-03-02T09:00:00Z. */
export const openLayers = async (): Promise<Layers> => {
  const at = new Date('2026-03-02T09:00:00Z')
  const [sandbox, engine] = await Promise.all([startTempSandbox(at), startTempClickHouse()])
  const proxy = await startStripeProxy(sandbox.url)
  const worker = await openWorkerDeps({ stripe: proxy.url, clickhouse: engine.url })
  await migrateClickHouse(worker.deps.clickhouse, at)
  const secrets: string[] = []
  const deps = { ...worker.deps, stripeFacts: { ...worker.deps.stripeFacts, webhookSecrets: secrets } }
  const { env } = deps
  const server = await serveOn(deps)
  const endpoint = await deps.stripe.webhookEndpoints.create({
    url: `${server.url}/payments/webhooks/stripe`,
    enabled_events: ['*'],
  })
  secrets.push(endpoint.secret ?? '')
  const { token } = await createToken(env, deps.db, { name: 'till', role: 'cashier' })
  let service: Service | undefined
  const running = (): Service => {
    if (!service) throw new Error('no worker runs')
    return service
  }
  const quiet = async () =>
    expect.poll(async () => running().open(), { timeout: 15_000, interval: 10 }).toBe(0)
  return {
    deps,
    proxy,
    sandboxUrl: sandbox.url,
    quiet,
    startWithout: async (without, webhooks) => {
      await service?.stop()
      await deps.stripe.webhookEndpoints.update(endpoint.id, { disabled: webhooks === 'off' })
      service = await startWorker({ ...deps, without })
      return service
    },
    pay: payWith(server.url, token),
    inTime: async (work) => passWhile(env, work),
    jump: async () => {
      const due = await running().nextDue(env.clock.now())
      if (!due) throw new Error('nothing is due')
      env.moveTo(due)
      await moveStripe(sandbox.url, due)
      await running().enqueueDue(due)
      return due
    },
    close: async () => {
      await service?.stop()
      server.close()
      await worker.close()
      await proxy.close()
      await engine.stop()
      await sandbox.stop()
    },
  }
}
