import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardPayment } from './contract/drive.ts'
import { refusalOf } from './contract/watched-sandbox.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running
let stripe: Stripe

beforeAll(async () => {
  running = await startSandbox(newFolder())
  stripe = running.stripe
})
afterAll(async () => {
  await running.stop()
  dropFolder(running.dir)
})

const typesOf = async (id: string): Promise<string[]> => {
  const { data } = await stripe.events.list({ limit: 100 })
  return data.filter((event) => (event.data.object as { id?: string }).id === id).map(({ type }) => type)
}

const newCustomer = async () =>
  (await stripe.customers.create({ name: 'A', metadata: { a: '1', b: '2' } })).id

test('a customer changes field by field, and its deletion leaves a mark', async () => {
  const id = await newCustomer()
  const updated = await stripe.customers.update(id, { name: '', email: 'a@example.com', metadata: { a: '' } })
  expect(updated).toMatchObject({ name: null, email: 'a@example.com', metadata: { b: '2' } })
  expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true })
  expect(await stripe.customers.retrieve(id)).toMatchObject({ id, object: 'customer', deleted: true })
  expect((await stripe.customers.list()).data.map((customer) => customer.id)).not.toContain(id)
  expect((await refusalOf(stripe.customers.update(id, { name: 'B' }))).statusCode).toBe(404)
  expect(await typesOf(id)).toEqual(['customer.deleted', 'customer.updated', 'customer.created'])
})

test('a card is saved with one customer at a time', async () => {
  const [one, two] = [await newCustomer(), await newCustomer()]
  const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: one })
  expect((await stripe.customers.listPaymentMethods(one)).data.map((method) => method.id)).toEqual([id])
  const again = await refusalOf(stripe.paymentMethods.attach(id, { customer: two }))
  expect(again.code).toBe('payment_method_already_attached')
  expect((await stripe.paymentMethods.detach(id)).customer).toBeNull()
  expect((await stripe.customers.listPaymentMethods(one)).data).toEqual([])
  expect(await typesOf(id)).toEqual(['payment_method.detached', 'payment_method.attached'])
  expect((await refusalOf(stripe.paymentMethods.detach(id))).statusCode).toBe(400)
})

test('a card its bank declines cannot be saved, but for the one that fails later', async () => {
  const customer = await newCustomer()
  const refused = await refusalOf(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer }))
  expect([refused.statusCode, refused.code]).toEqual([402, 'card_declined'])
  const { id } = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
  const charged = await refusalOf(stripe.paymentIntents.create(cardPayment(id, { customer })))
  expect(charged.code).toBe('card_declined')
})

test('a payment belongs to its customer, and so does what comes of it', async () => {
  const customer = await newCustomer()
  const intent = await stripe.paymentIntents.create(cardPayment('pm_card_visa', { customer }))
  await stripe.refunds.create({ payment_intent: intent.id, amount: 100 })
  const [charge] = (await stripe.charges.list({ customer })).data
  expect([charge?.payment_intent, charge?.customer]).toEqual([intent.id, customer])
  const [listed] = (await stripe.paymentIntents.list({ customer })).data
  expect(listed?.id).toBe(intent.id)
  const unknown = await refusalOf(
    stripe.paymentIntents.create(cardPayment('pm_card_visa', { customer: 'cus_no' })),
  )
  expect([unknown.statusCode, unknown.code, unknown.param]).toEqual([400, 'resource_missing', 'customer'])
})

test('a setup saves the card with the customer, waits for the bank, or is refused', async () => {
  const customer = await newCustomer()
  const done = await stripe.setupIntents.create({ customer, payment_method: 'pm_card_visa', confirm: true })
  expect(done.status).toBe('succeeded')
  const saved = await stripe.customers.listPaymentMethods(customer)
  expect(saved.data.map(({ id }) => id)).toEqual([done.payment_method])
  const asked = await stripe.setupIntents.create({
    customer,
    payment_method: 'pm_card_authenticationRequired',
  })
  expect(asked.status).toBe('requires_confirmation')
  expect(await stripe.setupIntents.confirm(asked.id)).toMatchObject({
    status: 'requires_action',
    next_action: { type: 'use_stripe_sdk' },
  })
  expect((await stripe.setupIntents.cancel(asked.id)).status).toBe('canceled')
  const again = await refusalOf(stripe.setupIntents.confirm(asked.id))
  expect(again.code).toBe('setup_intent_unexpected_state')
  const declined = await refusalOf(
    stripe.setupIntents.create({ payment_method: 'pm_card_chargeDeclined', confirm: true }),
  )
  expect(declined).toMatchObject({ statusCode: 402, code: 'card_declined' })
  const failed = declined.setup_intent as Stripe.SetupIntent
  expect(await stripe.setupIntents.retrieve(failed.id)).toMatchObject({
    status: 'requires_payment_method',
    last_setup_error: { code: 'card_declined' },
  })
})
