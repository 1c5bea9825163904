import type { Drive } from './drive.ts'
import { cardPayment, DAY_S } from './drive.ts'

/** Every call about payment intents, charges and refunds, in each state a payment can be in. */
export const drivePayments = async (drive: Drive): Promise<void> => {
  const { stripe, advance } = drive
  const { confirm: _confirm, payment_method: _method, ...open } = cardPayment('')
  const intent = await stripe.paymentIntents.create({ ...open, description: 'two rolls' })
  await stripe.paymentIntents.update(intent.id, { description: 'three rolls', amount: 3_000 })
  await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
  await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge', 'payment_method'] })
  await stripe.paymentIntents.create(cardPayment('pm_card_authenticationRequired'))
  const redirected = { confirm: true, payment_method: 'pm_card_authenticationRequired' }
  await stripe.paymentIntents.create({
    amount: 500,
    currency: 'gbp',
    return_url: 'https://example.com/back',
    ...redirected,
  })
  const held = await stripe.paymentIntents.create(cardPayment('pm_card_visa', { capture_method: 'manual' }))
  await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1_500 })
  const dropped = await stripe.paymentIntents.create(
    cardPayment('pm_card_amex', { capture_method: 'manual' }),
  )
  await stripe.paymentIntents.cancel(dropped.id, { cancellation_reason: 'requested_by_customer' })
  await stripe.paymentIntents.create(cardPayment('pm_card_chargeDeclined')).catch(() => null)
  await stripe.paymentIntents.list({ expand: ['data.latest_charge', 'data.payment_method'] })
  await advance(60)
  const { data } = await stripe.charges.list({
    limit: 100,
    expand: ['data.balance_transaction', 'data.refunds', 'data.payment_intent', 'data.customer'],
  })
  for (const charge of data) {
    await stripe.charges.retrieve(charge.id)
    await stripe.charges.update(charge.id, { metadata: { seen: 'yes' } })
  }
  await stripe.paymentIntents.search({ query: "metadata['tillwatch_sale']:'sale_1' AND status:'succeeded'" })
  await stripe.charges.search({ query: 'amount>1000', limit: 1 })
  await driveRefunds(drive, intent.id)
  await driveWaitingRefunds(drive)
}

const driveRefunds = async (
  { stripe, advance }: Pick<Drive, 'stripe' | 'advance'>,
  paid: string,
): Promise<void> => {
  const part = await stripe.refunds.create({
    payment_intent: paid,
    amount: 500,
    reason: 'requested_by_customer',
  })
  await stripe.refunds.update(part.id, { metadata: { till: '2' } })
  await stripe.refunds.retrieve(part.id, { expand: ['charge', 'payment_intent', 'balance_transaction'] })
  for (const card of ['pm_card_pendingRefund', 'pm_card_refundFail']) {
    const { id } = await stripe.paymentIntents.create(cardPayment(card))
    await stripe.refunds.create({ payment_intent: id })
  }
  await advance(4 * DAY_S)
  await stripe.refunds.list({ expand: ['data.failure_balance_transaction'] })
}

/** Refunds that wait for the customer's bank details, and what can be done about them. */
const driveWaitingRefunds = async ({ stripe, running }: Drive): Promise<void> => {
  const waiting = async (): Promise<string> => {
    const { id } = await stripe.paymentIntents.create(cardPayment('pm_card_pendingRefund'))
    const refund = await stripe.refunds.create({ payment_intent: id })
    await running.control('POST', `/refunds/${refund.id}`, { action: 'require_action' })
    return refund.id
  }
  await stripe.refunds.retrieve(await waiting())
  await stripe.refunds.cancel(await waiting())
  await stripe.testHelpers.refunds.expire(await waiting())
}
