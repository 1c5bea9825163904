import { serve } from '@hono/node-server'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createRoot } from '#core/http/root.ts'
import { createMetrics } from '#core/metrics/create-metrics.ts'
import { openDatabase } from '#core/postgres/db.ts'
import { ingestRoutes } from '../main.ts'
import type { TestGateway } from './open-gateway.ts'

/** Another gateway on the database and the Stripe of `first`: a pool, a lock owner and a port of its own, as on another machine. */
export const openSecondGateway = async (
  first: TestGateway,
): Promise<{ url: string; close: () => Promise<void> }> => {
  const db = openDatabase(first.deps.db.pool.options.connectionString ?? '', 8)
  const deps = { ...first.deps, db, metrics: createMetrics() }
  const root = createRoot(deps)
  root.route('/payments/api', ingestRoutes(deps))
  const server = serve({ fetch: root.fetch, port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/payments/api`,
    close: async () => {
      server.close()
      await db.close()
    },
  }
}
