import { afterAll, beforeAll, expect, test } from 'vitest'
import { CARD_NUMBER_FORMS } from '#core/http/testing/card-number-forms.ts'
import { API, line, openSale, payment, paySale, sale } from '../testing/a-sale.ts'
import { expectRefusal } from '../testing/expect-refusal.ts'
import { openDoor, type Call, type Door } from '../testing/open-door.ts'

let door: Door
let openId: string
let paidId: string

beforeAll(async () => {
  door = await openDoor()
  openId = await openSale(door)
  paidId = await paySale(door, 'paid')
})
afterAll(async () => door.close())

/** Every place where a client can leave a text. */
const PLACES: readonly ((form: string) => Call)[] = [
  (form) => ({ path: `${API}/sales`, body: sale({ customer_ref: form }) }),
  (form) => ({ path: `${API}/sales`, body: sale({ cashier_ref: form }) }),
  (form) => ({ path: `${API}/sales`, body: sale({ external_ref: form }) }),
  (form) => ({ path: `${API}/sales`, body: sale({ till_id: form }) }),
  (form) => ({ path: `${API}/sales`, body: sale({ unknown: { deep: [form] } }) }),
  (form) => ({ path: `${API}/sales`, body: sale({ [form]: 1 }) }),
  (form) => ({ path: `${API}/sales`, body: line({ name: form }) }),
  (form) => ({ path: `${API}/payments`, body: payment({ payment_method: form }) }),
  (form) => ({ path: `${API}/payments`, body: payment({ metadata: { note: form } }) }),
  (form) => ({ path: `${API}/payments`, body: payment({ metadata: { [form]: 'note' } }) }),
  (form) => ({
    path: `${API}/sales/${openId}/tenders`,
    body: { type: 'check', amount: 500, reference: form },
  }),
  (form) => ({ path: `${API}/payments/${paidId}/notes`, body: { text: form } }),
  (form) => ({ path: `${API}/payments/${paidId}/refunds`, body: { reason: form } }),
  (form) => ({ path: `${API}/payments?q=${encodeURIComponent(form)}` }),
  (form) => ({ path: `${API}/payments?${encodeURIComponent(form)}=q` }),
  (form) => ({ path: `${API}/tills?customer_ref=${encodeURIComponent(form)}` }),
  (form) => ({ path: `${API}/payments/${encodeURIComponent(form)}` }),
  (form) => ({ path: `/${encodeURIComponent(form)}`, method: 'POST', body: {} }),
]

/** Form by form, place by place: every form is tried in several places, every place with many forms. */
const CASES = CARD_NUMBER_FORMS.flatMap((form, n) =>
  [0, 5, 11].map((step): [string, number] => [form, (n + step) % PLACES.length]),
)

test('a card number in whatever form and place is refused, not echoed and not stored', async () => {
  const before = await door.written()
  for (const [form, place] of CASES) {
    const call = PLACES[place]?.(form) ?? expect.fail('no such place')
    const answer = await door.send(call)
    const what = `${JSON.stringify(form)} in place ${place}`
    expect({ what, status: answer.status, code: answer.body?.error?.code }).toEqual({
      what,
      status: 422,
      code: 'pan_detected',
    })
    expectRefusal(answer, 422, 'pan_detected')
    expect(answer.text).not.toContain(form)
  }
  expect(CASES.length).toBe(1_122)
  expect(await door.written()).toEqual(before)
})

// Headers carry visible ASCII alone.
const SHOWN = CARD_NUMBER_FORMS.filter((form) => /^[\x20-\x7e]+$/.test(form))

test.each(SHOWN.filter((_, n) => n % 9 === 0))('%s is no idempotency key', async (form) => {
  const answer = await door.send({
    path: `${API}/payments`,
    body: payment(),
    headers: { 'idempotency-key': form },
  })
  expectRefusal(answer, 422, 'pan_detected')
})

test.each(['4242424242424242', '-4242424242424242', '4242424242424242.0', '4.242424242424242'])(
  'the number %s is no amount',
  async (amount) => {
    const answer = await door.send({
      path: `${API}/payments`,
      body: `{"amount":${amount},"currency":"gbp","till_id":"till-1","payment_method":"pm_card_visa"}`,
    })
    expectRefusal(answer, 422, 'pan_detected')
  },
)

test('a card number in a header that nobody reads is not stored, and other headers do not matter', async () => {
  const answer = await door.send({
    path: `${API}/tills`,
    headers: {
      'x-note': '4242424242424242',
      'user-agent': '4242 4242 4242 4242',
      cookie: 'pan=4242424242424242',
    },
  })
  expect(answer.status).toBe(200)
  expect(answer.text + JSON.stringify([...answer.headers])).not.toContain('4242')
})
