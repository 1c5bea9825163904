import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClickHouse, type ClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { ingestMeasure } from './read-relay.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const RECORDED = new Date('2026-03-02T11:53:20.123Z')

let engine: TempClickHouse
let clickhouse: ClickHouse
let opened: AlertDeps
beforeAll(async () => {
  engine = await startTempClickHouse()
  clickhouse = openClickHouse(engine.url)
  await migrateClickHouse(clickhouse, AT)
  opened = await openAlertDeps()
})
afterAll(async () => {
  await opened.close()
  await clickhouse.close()
  await engine.stop()
})

test('an event is found by its type, its millisecond and its id, and missed while it is not there', async () => {
  await opened.deps.db.run(
    "INSERT INTO events (id, type, occurred_at, recorded_at, body) VALUES ('evn_1', 'payment.attempted', $1, $1, '{}')",
    [RECORDED],
  )
  const look = async () => ingestMeasure.read({ ...opened.deps, clickhouse }, AT)
  const ageMs = AT.getTime() - RECORDED.getTime()
  expect(await look()).toEqual([{ labels: {}, ageMs, hasArrived: false }])
  const columns = ['event_id', 'type', 'occurred_at', 'recorded_at'] as const
  const other = ['evn_2', 'payment.attempted', RECORDED.toISOString(), RECORDED.toISOString()]
  await clickhouse.insert('payment_events_raw_v1', columns, [other], 'one')
  expect(await look()).toEqual([{ labels: {}, ageMs, hasArrived: false }])
  await clickhouse.insert('payment_events_raw_v1', columns, [['evn_1', ...other.slice(1)]], 'two')
  expect(await look()).toEqual([{ labels: {}, ageMs, hasArrived: true }])
})
