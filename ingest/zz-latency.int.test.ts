import { expect, test } from 'vitest'
import { openWakeups } from '#core/queue.ts'
import { createLogger } from '#core/log.ts'
import { createRoot } from '#core/http/root.ts'
import { systemMachine } from '#core/system-env.ts'
import { startTempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { appendEvent } from '#core/postgres/append-event.ts'
import { openWorkerDeps, WEBHOOK_SECRETS } from './testing/worker-deps.ts'
import { sign, stripeEvent } from './testing/signed-delivery.ts'
import { startDrainLoop } from './drain-loop.ts'
import { applyInbox } from './webhooks/apply-inbox.ts'
import { relayEvents, measureBacklog } from './relay/relay-events.ts'
import { deliveryRoute } from './webhooks/routes.ts'

test('latency', async () => {
  const engine = await startTempClickHouse()
  const w = await openWorkerDeps({ clickhouse: engine.url })
  const wakeups = await openWakeups({ databaseUrl: w.deps.db.pool.options.connectionString ?? '' }, createLogger('warn'))
  const deps = { ...w.deps, wakeups, env: { ...w.deps.env, machine: systemMachine } } as any
  await migrateClickHouse(deps.clickhouse, deps.env.clock.now())
  const loops = [
    startDrainLoop(deps, 'inbox', () => applyInbox(deps, { charge: async (d, db) => { await appendEvent(d.env, db, 'payment.created', d.env.clock.now(), {}); return 'recorded' } })),
    startDrainLoop(deps, 'relay', () => relayEvents(deps)),
  ]
  const app = createRoot(deps); app.route('/', deliveryRoute(deps))
  const times: number[] = [], stored: number[] = [], applied: number[] = []
  for (let n = 0; n < 40; n++) {
    await systemMachine.sleep(50)
    const payload = stripeEvent(`evt_${n}`, 'charge.succeeded', { id: 'ch_' + n, object: 'charge' })
    const t0 = performance.now()
    const r = await app.request('/payments/webhooks/stripe', { method: 'POST', body: payload, headers: { 'stripe-signature': sign(payload, WEBHOOK_SECRETS[0]!, 1_772_442_000) } })
    expect(r.status).toBe(200)
    stored.push(performance.now() - t0)
    for (;;) { const [x] = await deps.db.rows(`SELECT status FROM webhook_events WHERE id = 'evt_${n}'`); if (x.status === 'processed') break; await systemMachine.sleep(1) }
    applied.push(performance.now() - t0)
    for (;;) { const [x] = await deps.db.rows('SELECT count(*)::int n FROM relay_batches WHERE relayed_at IS NOT NULL'); const b = await measureBacklog(deps.db); if (b.pending === 0 && x.n > n) break; await systemMachine.sleep(1) }
    times.push(performance.now() - t0)
  }
  const p = (a: number[]) => { a.sort((x, y) => x - y); return [a[0], a[20], a[38]].map((x) => x!.toFixed(1)).join(' ') }
  console.log('stored', p(stored), 'applied', p(applied), 'relayed', p(times))
  await Promise.all(loops.map((l) => l.stop())); await wakeups.close(); await w.close(); await engine.stop()
})
