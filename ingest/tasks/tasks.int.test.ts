import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLife, type Life } from '../testing/open-life.ts'

let life: Life
beforeAll(async () => {
  life = await openLife()
  await life.gateway.deps.db.run(
    "INSERT INTO tills (id, store_id, name) VALUES ('till-2', 'high-street', 'Till 2') ON CONFLICT DO NOTHING",
  )
})
afterAll(async () => life.close())

interface Task {
  readonly object: string
  readonly due_at: string
  readonly kind: string
}

const tasks = async (query = '', token?: string): Promise<Task[]> => {
  const page = await life.gateway.get(`/tasks?limit=100${query}`, token)
  expect(page.status, page.text).toBe(200)
  return page.body.data
}
const of = async (object: string) => (await tasks()).filter((task) => task.object === object)

const partPaid = async (rest: object = {}): Promise<string> => {
  const sale = await life.sale(1_000, rest)
  expect((await life.tender(sale, { type: 'cash', amount: 400 })).status).toBe(201)
  return sale
}

test('a sale that stays part-paid is a task after a quarter of an hour, until it is paid', async () => {
  const sale = await partPaid()
  await life.pass(899_999)
  expect(await of(sale)).toEqual([])
  await life.pass(1)
  expect(await of(sale)).toMatchObject([
    { kind: 'sale_part_paid', amount: 600, sale_id: sale, till_id: 'till-1', overdue: true },
  ])
  await life.tender(sale, { type: 'card', payment_method: 'pm_card_visa' })
  expect(await of(sale)).toEqual([])
})

test('a sale of which nothing is paid is no task', async () => {
  const sale = await life.sale(500)
  await life.pass(3_600_000)
  expect(await of(sale)).toEqual([])
})

test('pages do not repeat or lose a task, though others come', async () => {
  const made: string[] = []
  for (let n = 0; n < 5; n += 1) {
    made.push(await partPaid())
    await life.pass(1_000)
  }
  await life.pass(900_000)
  const seen: string[] = []
  let cursor = ''
  for (;;) {
    const page = await life.gateway.get(`/tasks?kind=sale_part_paid&limit=2${cursor}`)
    expect(page.status, page.text).toBe(200)
    seen.push(...page.body.data.map(({ object }: Task) => object))
    if (page.body.next_cursor === null) break
    cursor = `&cursor=${page.body.next_cursor}`
    await life.gateway.post('/sales', {
      till_id: 'till-1',
      currency: 'gbp',
      lines: [{ name: 'x', quantity: 1, unit_amount: 1 }],
    })
  }
  expect(seen).toEqual(made)
})

test('a cashier of a till sees the tasks of that till; finance sees them all', async () => {
  const sale = await partPaid()
  await life.pass(900_000)
  const other = await life.gateway.token('cashier', 'till-2')
  expect(await tasks('', other)).toEqual([])
  expect(await tasks('&till_id=till-1', other)).toEqual([])
  const finance = await life.gateway.token('finance')
  expect((await tasks('&till_id=till-1', finance)).map(({ object }) => object)).toContain(sale)
})

test('the most overdue comes first, and a kind that nobody knows is refused', async () => {
  const due = (await tasks()).map(({ due_at: at }) => at)
  expect(due.length).toBeGreaterThan(2)
  expect(due).toEqual([...due].sort())
  expect((await life.gateway.get('/tasks?kind=nice')).body.error.code).toBe('query_invalid')
})
