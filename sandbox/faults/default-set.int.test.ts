import { afterEach, beforeEach, expect, test } from 'vitest'
import { machineEnv } from '../env.ts'
import { Store } from '../store/store.ts'
import { dropFolder, newFolder } from '../testing/start.ts'
import { Faults } from './faults.ts'
import { NAMED_SETS } from './named-sets.ts'

const COUNT = 2_000
const NOW = Date.parse('2016-10-31T09:00:00Z')

let dir: string
let store: Store
let faults: Faults

beforeEach(() => {
  dir = newFolder()
  store = new Store(dir, machineEnv().random)
  faults = new Faults(store, () => NOW)
})

afterEach(async () => {
  await store.close()
  dropFolder(dir)
})

const hits = () => {
  const counts: Record<string, number> = {}
  for (const rule of faults.show().rules) counts[rule.kind] = (counts[rule.kind] ?? 0) + rule.hit
  return counts
}

const within = (count: number | undefined, low: number, high: number) => {
  expect(count).toBeGreaterThanOrEqual(low)
  expect(count).toBeLessThanOrEqual(high)
}

const deliver = (times: number) => {
  for (let at = 0; at < times; at += 1) {
    const unit = store.begin(NOW)
    const event = unit.newId('evt')
    unit.change.events = [
      {
        id: event,
        object: 'event',
        api_version: null,
        created: NOW / 1000,
        data: { object: {} },
        livemode: false,
        pending_webhooks: 1,
        request: null,
        type: 'charge.succeeded',
      },
    ]
    unit.change.deliveries = [{ event, endpoint: 'we_1', attempt: 0, due_ms: NOW, state: 'pending' }]
    store.commit(unit)
  }
}

// Bounds: the expected number, four standard deviations to either side.
test('breaks the shares of calls that it says', () => {
  faults.set('default', NAMED_SETS.default, 11)
  for (let at = 0; at < COUNT; at += 1) {
    faults.meetCall({ method: 'POST', path: '/v1/payment_intents', requestId: 'req_1', key: 'k' })
  }
  const counts = hits()
  within(counts.timeout_after, 15, 65)
  within(counts.error_500, 3, 37)
  within(counts.error_500_after, 3, 37)
  within(counts.rate_limit, 3, 37)
  within(counts.reset, 3, 37)
  expect(counts.latency).toBeUndefined()
})

test('breaks the shares of deliveries that it says', () => {
  faults.set('default', NAMED_SETS.default, 11)
  deliver(COUNT)
  const counts = hits()
  within(counts.drop, 62, 138)
  within(counts.double, 23, 77)
  within(counts.double_other_id, 23, 77)
  // Copies are late, too: 2,000 deliveries and about 100 copies.
  within(counts.delay, 250, 380)
  within(counts.reorder, 66, 144)
  const dues = [...store.state.pending.values()].map(({ due_ms }) => due_ms - NOW)
  expect(Math.max(...dues)).toBeLessThanOrEqual(6 * 3_600_000)
  expect(Math.max(...dues)).toBeGreaterThan(5 * 3_600_000)
  expect(Math.min(...dues)).toBe(0)
})

test('drops all with webhooks off and breaks calls as ever', () => {
  faults.set('webhooks_off', NAMED_SETS.webhooks_off, 11)
  deliver(100)
  expect([hits().drop, store.state.pending.size]).toEqual([100, 0])
})
