import type { Drive } from './drive.ts'
import { cardPayment } from './drive.ts'

/** Every call about customers, the payment methods saved with them and setup intents. */
export const driveCustomers = async (drive: Drive): Promise<void> => {
  const { stripe } = drive
  const address = { line1: '1 High Street', city: 'Leeds', country: 'GB', postal_code: 'LS1 1AA' }
  const customer = await stripe.customers.create({
    email: 'a@example.com',
    name: 'A',
    address,
    shipping: { name: 'A', address },
  })
  await stripe.customers.update(customer.id, { description: 'regular', metadata: { table: '4' }, phone: '' })
  await stripe.customers.retrieve(customer.id)
  await stripe.customers.list({ email: 'a@example.com' })
  const number = { number: '4242424242424242', exp_month: 4, exp_year: 2030, cvc: '123' }
  const method = await stripe.paymentMethods.create({
    type: 'card',
    card: number,
    billing_details: { name: 'A' },
  })
  await stripe.paymentMethods.attach(method.id, { customer: customer.id })
  await stripe.paymentMethods.update(method.id, { metadata: { known: 'yes' } })
  await stripe.paymentMethods.retrieve(method.id, { expand: ['customer'] })
  await stripe.paymentMethods.list({ customer: customer.id })
  await stripe.customers.listPaymentMethods(customer.id, { type: 'card' })
  await stripe.paymentIntents.create(
    cardPayment(method.id, { customer: customer.id, expand: ['customer', 'payment_method.customer'] }),
  )
  await drive.advance(30)
  await stripe.customers.search({ query: "email:'a@example.com'" })
  await stripe.paymentMethods.detach(method.id)
  await driveSetups(drive, customer.id)
  await stripe.customers.del(customer.id)
  await stripe.customers.retrieve(customer.id)
  await stripe.charges.list({ customer: customer.id, expand: ['data.customer'] })
}

const driveSetups = async ({ stripe }: Drive, customer: string): Promise<void> => {
  const setup = await stripe.setupIntents.create({ customer, description: 'card on file' })
  await stripe.setupIntents.update(setup.id, { metadata: { till: '1' } })
  await stripe.setupIntents.confirm(setup.id, {
    payment_method: 'pm_card_visa',
    return_url: 'https://example.com',
  })
  await stripe.setupIntents.retrieve(setup.id, { expand: ['customer', 'payment_method'] })
  const asked = { confirm: true, payment_method: 'pm_card_authenticationRequired' }
  const waiting = await stripe.setupIntents.create({ ...asked, return_url: 'https://example.com' })
  await stripe.setupIntents.create(asked)
  await stripe.setupIntents.cancel(waiting.id, { cancellation_reason: 'abandoned' })
  await stripe.setupIntents
    .create({ confirm: true, payment_method: 'pm_card_chargeDeclined' })
    .catch(() => null)
  await stripe.setupIntents.list({ customer })
}
