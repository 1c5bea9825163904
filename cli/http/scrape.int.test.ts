import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '#core/config.ts'
import { lacks } from '#core/testing/lacks.ts'
import { openWorkerDeps, type WorkerDeps } from '../../ingest/testing/worker-deps.ts'
import { createGateway } from './gateway.ts'

let worker: WorkerDeps

beforeAll(async () => {
  worker = await openWorkerDeps()
})
afterAll(async () => worker.close())

const scrape = async (deps = worker.deps): Promise<string> => {
  const options = { config: parseConfig({}), services: [], sandboxUrl: null, ui: null, withApi: true }
  const answer = await createGateway({ ...options, deps }).fetch(new Request('http://shop.test/metrics'), {})
  expect(answer.status).toBe(200)
  return answer.text()
}

test.skipIf(lacks('promtool'))('promtool has nothing to say of what /metrics answers', async () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: await scrape(),
    encoding: 'utf8',
  })
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' })
})

test('every route stands at 0 for each class of answers before anybody called', async () => {
  const text = await scrape()
  for (const status of ['2xx', '3xx', '4xx', '5xx'])
    expect(text).toContain(
      `http_requests_total{method="POST",route="/sales/{id}/tenders",status_class="${status}"} 0`,
    )
})

test('what stands in Postgres is measured when it is asked for', async () => {
  const { db, env } = worker.deps
  const at = env.clock.now()
  await db.run(
    `INSERT INTO webhook_events (id, type, object_type, object_id, payload, source, status, stripe_created, received_at, next_attempt_at)
     VALUES ('evt_1', 'charge.succeeded', 'charge', 'ch_1', '{}', 'webhook', 'received', $1, $1, $1)`,
    [at],
  )
  env.pass(400_000)
  const text = await scrape()
  expect(text).toMatch(/^webhook_unprocessed 1$/m)
  expect(text).toMatch(/^webhook_stuck_processing 1$/m)
  expect(text).toMatch(/^webhook_unprocessed_oldest_age_seconds 400$/m)
  expect(text).toMatch(/^payments_in_state\{status="requires_capture"\} 0$/m)
  expect(text).toMatch(/^queue_jobs\{queue="completer",state="due"\} 0$/m)
  expect(text).toMatch(/^scheduled_task_max_age_seconds\{task="nightly_reconciliation"\} 93600$/m)
})

test('with the database away the counters are shown, and of the gauges none: neither zero nor the last value', async () => {
  await scrape()
  const { db } = worker.deps
  const away = async (): Promise<never> => Promise.reject(new Error('connection refused'))
  const text = await scrape({ ...worker.deps, db: { ...db, rows: away, first: away } })
  expect(text).toMatch(/^payments_total\{/m)
  expect(text).not.toMatch(
    /^(?:webhook_unprocessed|payments_in_state|queue_jobs|alerts_firing|payments_stuck)[ {]/m,
  )
})
