import type { Drive } from './drive.ts'

/** Every call about Terminal: locations, readers, and what a reader is told to do. */
export const driveTerminal = async (drive: Drive): Promise<void> => {
  const { stripe } = drive
  const address = { line1: '1 High Street', city: 'Leeds', country: 'GB', postal_code: 'LS1 1AA' }
  const location = await stripe.terminal.locations.create({ display_name: 'Market', address })
  await stripe.terminal.locations.update(location.id, { display_name: 'Market stall' })
  await stripe.terminal.locations.retrieve(location.id)
  await stripe.terminal.locations.list()
  await stripe.terminal.connectionTokens.create({ location: location.id })
  const reader = await stripe.terminal.readers.create({
    registration_code: 'simulated-wpe',
    location: location.id,
    label: 'Stall',
  })
  await stripe.terminal.readers.update(reader.id, { label: 'Stall 1', metadata: { till: '3' } })
  await stripe.terminal.readers.retrieve(reader.id, { expand: ['location'] })
  await stripe.terminal.readers.list({ location: location.id })
  await driveActions(drive, reader.id)
  await stripe.terminal.readers.del(reader.id)
  await stripe.terminal.readers.retrieve(reader.id).catch(() => null)
  await stripe.terminal.locations.del(location.id)
}

const driveActions = async ({ stripe }: Drive, reader: string): Promise<void> => {
  const make = async (capture_method: 'automatic' | 'manual') => {
    const allowed_payment_method_types: ['card_present'] = ['card_present']
    const params = { amount: 1_200, currency: 'gbp', allowed_payment_method_types, capture_method }
    return (await stripe.paymentIntents.create(params)).id
  }
  const present = () =>
    stripe.testHelpers.terminal.readers.presentPaymentMethod(reader, { type: 'card_present' })
  const cart = {
    currency: 'gbp',
    total: 1_200,
    line_items: [{ amount: 1_200, description: 'Loaf', quantity: 1 }],
  }
  await stripe.terminal.readers.setReaderDisplay(reader, { type: 'cart', cart })
  const paid = await make('automatic')
  await stripe.terminal.readers.processPaymentIntent(reader, { payment_intent: paid })
  await present()
  await stripe.paymentIntents.retrieve(paid, { expand: ['latest_charge', 'payment_method'] })
  await stripe.terminal.readers.processPaymentIntent(reader, { payment_intent: await make('manual') })
  await stripe.terminal.readers.cancelAction(reader)
  const collected = await make('manual')
  await stripe.terminal.readers.collectPaymentMethod(reader, { payment_intent: collected })
  await present()
  await stripe.terminal.readers.confirmPaymentIntent(reader, { payment_intent: collected })
  await stripe.paymentIntents.capture(collected)
  const refused = await make('automatic')
  await stripe.terminal.readers.processPaymentIntent(reader, { payment_intent: refused })
  await stripe.testHelpers.terminal.readers.presentPaymentMethod(reader, {
    type: 'card_present',
    card_present: { number: '4000000000009995' },
  })
  await stripe.terminal.readers.retrieve(reader)
  await stripe.terminal.readers.refundPayment(reader, { payment_intent: paid, amount: 200 })
  await present()
}
