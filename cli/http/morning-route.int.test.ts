import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDoor, type Door } from './testing/open-door.ts'
import { API, cash, openSale } from './testing/a-sale.ts'

let door: Door

beforeAll(async () => {
  door = await openDoor()
})
afterAll(async () => door.close())

const nextDay = (): void => door.deps.env.moveTo(new Date(door.deps.env.clock.now().getTime() + 86_400_000))
const morning = async (role: 'finance' | 'cashier' = 'finance') =>
  door.send({ path: `${API}/morning`, token: await door.token(role) })

test('before any business nothing was taken and nothing waits', async () => {
  const { status, body } = await morning()
  expect(status).toBe(200)
  expect(body).toMatchObject({
    takings: [],
    refunds: [],
    payments: [],
    webhooks: [],
    certificates: [],
    tasks: [],
  })
})

test('what was taken yesterday is told by method, and today is not yet', async () => {
  const id = await openSale(door)
  await door.send({ method: 'POST', path: `${API}/sales/${id}/tenders`, body: cash() })
  expect((await morning()).body.takings).toEqual([])
  nextDay()
  const { body } = await morning()
  expect(body.takings).toEqual([{ currency: 'gbp', method: 'cash', count: 1, amount: 500 }])
  expect(body.payments).toEqual([{ status: 'succeeded', count: 1 }])
  nextDay()
  expect((await morning()).body.takings).toEqual([])
})

test('an exception that nobody has waits, and one whose time is past', async () => {
  const now = door.deps.env.clock.now()
  const hour = (n: number): string => new Date(now.getTime() + n * 3_600_000).toISOString()
  await door.deps.db.run(
    `INSERT INTO reconciliation_runs (id, kind, from_date, to_date, dry_run, status, attempts, requested_by, requested_at)
     VALUES ('run_m', 'manual', '2026-01-01', '2026-01-01', false, 'succeeded', 1, 'test', $1)`,
    [now],
  )
  for (const [id, due, owner] of [
    ['exc_m1', hour(-1), 'Fin'],
    ['exc_m2', hour(48), null],
  ])
    await door.deps.db.run(
      `INSERT INTO exceptions (id, category, object, status, severity, currency, expected, actual, difference, business_date, details,
         version, opened_run_id, last_seen_run_id, first_seen_at, last_seen_at, occurred_at, due_at, owner, rated_at)
       VALUES ($1, 'fee_mismatch', $1, 'open', 'low', 'gbp', 0, 5, 5, '2026-01-01', '{}', 1, 'run_m', 'run_m', $2, $2, $2, $3, $4, $2)`,
      [id, now, due, owner],
    )
  expect((await morning()).body.tasks).toEqual([
    { kind: 'exceptions_overdue', count: 1, due_at: hour(-1) },
    { kind: 'exceptions_unassigned', count: 1, due_at: hour(48) },
  ])
})

test('a cashier has no part in it', async () => {
  expect((await morning('cashier')).status).toBe(403)
})
