import { StripeSync } from '@supabase/stripe-sync-engine'
import { Hono } from 'hono'
import { parseArgs } from 'node:util'
import { createRoot } from '#core/http/root.ts'
import { liveAsChild } from '#core/engines/child-life.ts'
import { listen, type Fetch } from '../../cli/http/listen.ts'
import { webhookRoute } from '../../ingest/worker.ts'
import { BENCH_SECRET, openBenchDeps } from '../lib/bench-deps.ts'

const { values } = parseArgs({
  options: { side: { type: 'string' }, url: { type: 'string' }, folder: { type: 'string' } },
})
const { side = '', url = '', folder = '' } = values

/** What one kind of server answers with, and how it ends. */
interface Served {
  readonly fetch: Fetch
  close(): Promise<void>
}

/** The gateway's own route under the gateway's own root: ids, log line, metrics, security headers, verification, inbox. */
const tillwatch = async (): Promise<Served> => {
  const { deps, close } = await openBenchDeps({ appUrl: url, folder, name: 'webhooks' })
  const app = createRoot(deps)
  app.route('/', webhookRoute(deps))
  return { fetch: app.fetch as Fetch, close }
}

/** Nothing but the server: what no route of ours can beat. */
const empty = async (): Promise<Served> => {
  const app = new Hono()
  app.post('/payments/webhooks/stripe', (c) => c.body(null, 200))
  return { fetch: app.fetch as Fetch, close: async () => undefined }
}

const syncEngine = async (): Promise<Served> => {
  const sync = new StripeSync({
    poolConfig: { connectionString: url, max: 16 },
    stripeSecretKey: 'sk_test_bench00000000',
    stripeWebhookSecret: BENCH_SECRET,
  })
  const app = new Hono()
  app.post('/payments/webhooks/stripe', async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer())
    await sync.processWebhook(body, c.req.header('stripe-signature'))
    return c.json({ received: true })
  })
  return { fetch: app.fetch as Fetch, close: async () => sync.postgresClient.close() }
}

const SIDES: Readonly<Record<string, () => Promise<Served>>> = { tillwatch, empty, syncEngine }

const open = SIDES[side]
if (!open) throw new Error(`no such side: ${side}`)
const served = await open()
const listener = await listen('127.0.0.1', 0)
listener.serve(served.fetch)
liveAsChild(listener.port, async () => {
  await listener.close()
  await served.close()
})
