import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLife, type Life } from '../testing/open-life.ts'

let life: Life
beforeAll(async () => {
  life = await openLife()
  await life.gateway.deps.db.run(
    "INSERT INTO tills (id, store_id, name) SELECT 'till-2', store_id, 'Till 2' FROM tills WHERE id = 'till-1'",
  )
})
afterAll(async () => life.close())

const held = async (till = 'till-1', token?: string) => {
  const { body } = await life.gateway.get(`/tills/${till}/held`, token)
  return body.data
}

test('a held sale keeps its lines and its note until it is taken up again', async () => {
  const sale = await life.sale(450)
  const hold = await life.act(`/sales/${sale}/hold`, { note: 'Mrs <b>Bell</b>, back at four' })
  expect(hold.body).toMatchObject({ status: 'open', held: { note: 'Mrs <b>Bell</b>, back at four' } })
  expect(await held()).toMatchObject([{ id: sale, lines: [{ name: 'Loaf', quantity: 1, unit_amount: 450 }] }])
  const taken = await life.act(`/sales/${sale}/take-up`)
  expect(taken.body).toMatchObject({ id: sale, held: null, lines: [{ name: 'Loaf' }] })
  expect(await held()).toEqual([])
})

test('a sale that is paid or canceled is not held, and is in no list of held ones', async () => {
  const paid = await life.sale(300)
  await life.act(`/sales/${paid}/hold`, { note: 'later' })
  await life.tender(paid, { type: 'cash', amount: 300 })
  const canceled = await life.sale(300)
  await life.act(`/sales/${canceled}/cancel`)
  const refused = await life.act(`/sales/${canceled}/hold`, { note: 'later' })
  expect(refused.body.error).toMatchObject({ code: 'invalid_state', status: 'canceled' })
  expect(await held()).toEqual([])
})

test('a till does not see what another till holds', async () => {
  const other = await life.gateway.token('cashier', 'till-2')
  const sale = await life.sale(450)
  await life.act(`/sales/${sale}/hold`, { note: 'x' })
  expect((await life.gateway.get('/tills/till-1/held', other)).status).toBe(404)
  expect((await life.act(`/sales/${sale}/take-up`, {}, other)).status).toBe(404)
})
