import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import { reconcilerRoutes } from '../routes.ts'
import { createWorld, type World } from '../testing/world.ts'

const ACTIVITY = 'balance_change_from_activity.itemized'

let world: World
let token: string

/** By hand: on 2 March 10.00 less 0.35, on 3 March 20.00 less 0.50, on 5 March 30.00 less 0.65. It is noon of 6 March. */
beforeAll(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  token = (await createToken(world.deps.env, world.db, { name: 'finance', role: 'finance' })).token
})

afterAll(async () => {
  await world.close()
})

const get = async (path: string): Promise<Response> => {
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  return root.request(`http://test/reconciliation/reports${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
}

const refusalOf = async (path: string) => {
  const answer = await get(path)
  const { error } = (await answer.json()) as { error: { code: string; message: string } }
  return { ...error, status: answer.status }
}

const marksOf = ({ headers }: Response): (string | null)[] => [
  headers.get('tillwatch-uncertified-dates'),
  headers.get('tillwatch-uncertified-count'),
]

const idsOf = async (answer: Response): Promise<string[]> =>
  (parse(await answer.text(), { columns: true }) as Record<string, string>[]).map(
    (line) => line['balance_transaction_id'] ?? '',
  )

test('before the first certificate a report is refused, or marked throughout when it is wanted all the same', async () => {
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('b', '2026-03-03T11:00:00Z', 2_000)
  world.moveTo('2026-03-04T12:00:00Z')
  expect(await refusalOf(`/${ACTIVITY}?from=2026-03-02`)).toMatchObject({
    status: 409,
    code: 'dates_uncertified',
    message: 'No date is certified yet, so there is nothing that a report could end with.',
    last_certified_date: null,
  })
  const wanted = await get(`/${ACTIVITY}?from=2026-03-02&uncertified=include`)
  expect(wanted.status).toBe(200)
  expect(marksOf(wanted)).toEqual(['2026-03-02, 2026-03-03', '2'])
  expect(await (await get('?from=2026-03-02&to=2026-03-03')).json()).toMatchObject({
    first_certified_date: null,
    last_certified_date: null,
    beyond_certified: true,
  })
})

test('a report without a last date ends with the last certified one, and is not marked', async () => {
  await world.reconcile('2026-03-02', '2026-03-03')
  await world.charge('c', '2026-03-05T10:00:00Z', 3_000)
  world.moveTo('2026-03-06T12:00:00Z')
  const answer = await get(`/${ACTIVITY}?from=2026-03-01`)
  expect(answer.headers.get('content-disposition')).toBe(
    `attachment; filename="${ACTIVITY}-2026-03-01-2026-03-03.csv"`,
  )
  expect(marksOf(answer)).toEqual([null, null])
  expect(await idsOf(answer)).toEqual(['txn_a', 'txn_b'])
})

test('dates after the last certified one are refused, and named in the answer when they are wanted', async () => {
  for (const path of [
    `/${ACTIVITY}?from=2026-03-02&to=2026-03-05`,
    `/${ACTIVITY}?from=2026-03-04`,
    '/balance_summary?from=2026-03-02&to=2026-03-04',
    '/ending_balance_reconciliation.itemized?to=2026-03-06',
    // In Honolulu 3 March ends at 10 o'clock of 4 March in London.
    `/${ACTIVITY}?from=2026-03-02&to=2026-03-03&timezone=Pacific/Honolulu`,
  ])
    expect(await refusalOf(path)).toMatchObject({
      status: 409,
      code: 'dates_uncertified',
      message:
        'The last certified date is 2026-03-03; the report reaches later ones, whose figures still change.',
      last_certified_date: '2026-03-03',
    })
  const wanted = await get(`/${ACTIVITY}?from=2026-03-02&to=2026-03-05&uncertified=include`)
  expect(marksOf(wanted)).toEqual(['2026-03-04, 2026-03-05', '2'])
  expect(wanted.headers.get('content-disposition')).toContain('-2026-03-05-uncertified.csv')
  // The mark is never among the lines: they are as ever.
  expect(await idsOf(wanted)).toEqual(['txn_a', 'txn_b'])
  const json = await get(`/${ACTIVITY}?from=2026-03-02&to=2026-03-05&uncertified=include&format=json`)
  expect(await json.json()).toMatchObject({
    uncertified_dates: ['2026-03-04', '2026-03-05'],
    uncertified_count: 2,
  })
})

test('without a last date, a zone in which the last certified date goes on ends a day earlier', async () => {
  const answer = await get(`/${ACTIVITY}?from=2026-03-01&timezone=Pacific/Honolulu`)
  expect(answer.headers.get('content-disposition')).toContain('-2026-03-01-2026-03-02.csv')
  expect(marksOf(answer)).toEqual([null, null])
  // 3 March of Tokyo ends at 15 o'clock of London's.
  const tokyo = await get(`/${ACTIVITY}?from=2026-03-01&to=2026-03-03&timezone=Asia/Tokyo`)
  expect([tokyo.status, ...marksOf(tokyo)]).toEqual([200, null, null])
})

test('many dates are counted and the first ten are named', async () => {
  const answer = await get(`/${ACTIVITY}?from=2026-03-02&to=2026-03-20&uncertified=include`)
  const [dates, count] = marksOf(answer)
  expect(dates?.split(', ')).toHaveLength(10)
  expect(dates).toMatch(/^2026-03-04, .*, 2026-03-13$/)
  expect(count).toBe('17')
})

test('a date in between whose certificate is missing is named, for what is held also when it is before the range', async () => {
  const { run_id: runId } = (await world.db.first<{ run_id: string }>(
    "SELECT run_id FROM certificates WHERE business_date = '2026-03-03'",
  )) ?? { run_id: '' }
  // A run that certifies 5 March alone closes the gap of 4 March itself, so a chain from elsewhere is put there by hand.
  await world.db.run(
    `INSERT INTO certificates
     SELECT (jsonb_populate_record(c, '{"id": "crt_gap", "seq": 99, "business_date": "2026-03-05"}')).*
     FROM certificates c WHERE c.business_date = '2026-03-03' AND c.run_id = $1`,
    [runId],
  )
  expect(await (await get('?from=2026-03-02&to=2026-03-05')).json()).toEqual({
    reports: expect.arrayContaining(['balance_summary', ACTIVITY]) as string[],
    first_certified_date: '2026-03-02',
    last_certified_date: '2026-03-05',
    uncertified_dates: ['2026-03-04'],
    uncertified_count: 1,
    beyond_certified: false,
  })
  expect(marksOf(await get(`/${ACTIVITY}?from=2026-03-02`))).toEqual(['2026-03-04', '1'])
  expect(marksOf(await get(`/${ACTIVITY}?from=2026-03-05`))).toEqual([null, null])
  expect(marksOf(await get('/balance_summary?from=2026-03-05'))).toEqual(['2026-03-04', '1'])
  expect(marksOf(await get('/ending_balance_reconciliation.itemized'))).toEqual(['2026-03-04', '1'])
})
