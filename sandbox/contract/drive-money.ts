import type { Drive } from './drive.ts'
import { cardPayment, DAY_S } from './drive.ts'

/** Every balance type, an exchange, a payout that comes back, an instant one, and a warning of fraud. */
const driveMovements = async ({ stripe, running, advance }: Drive, payout: string): Promise<void> => {
  const booking = { type: 'adjustment', reporting_category: 'other_adjustment', currency: 'gbp' }
  for (const balance_type of ['issuing', 'refund_and_dispute_prefunding', 'risk_reserved'])
    await running.control('POST', '/rows', { ...booking, amount: 4_000, balance_type })
  await running.control('POST', '/rows', { ...booking, amount: 30_000 })
  const rates = { eur: { gbp: '0.8512' } }
  await running.control('POST', '/account', { settlement_currencies: ['gbp'], rates })
  const euros = await stripe.paymentIntents.create(cardPayment('pm_card_visa', { currency: 'eur' }))
  await advance(60)
  await stripe.refunds.create({ charge: euros.latest_charge as string, amount: 100 })
  await running.control('POST', '/account', { settlement_currencies: null })
  await running.control('POST', `/payouts/${payout}`, { action: 'fail' })
  await stripe.payouts.retrieve(payout, { expand: ['failure_balance_transaction'] })
  await stripe.payouts.create({ amount: 700, currency: 'gbp', method: 'instant' })
  await stripe.paymentIntents.create(cardPayment('pm_card_createIssuerFraudRecord'))
  await advance(60)
}

/** Every call about the account, its balance, its payouts and its top-ups. */
export const driveMoney = async ({ stripe, running, advance }: Drive): Promise<void> => {
  const account = await stripe.accounts.retrieveCurrent()
  await stripe.accounts.retrieve(account.id)
  await stripe.balanceSettings.retrieve()
  await stripe.balanceSettings.update({ payments: { payouts: { statement_descriptor: 'BAKERY' } } })
  const topup = await stripe.topups.create({ amount: 5_000, currency: 'gbp', description: 'float' })
  await stripe.topups.update(topup.id, { metadata: { why: 'float' } })
  await advance(60)
  await stripe.topups.retrieve(topup.id, { expand: ['balance_transaction'] })
  const other = await stripe.topups.create({ amount: 100, currency: 'gbp' })
  await stripe.topups.cancel(other.id)
  await stripe.topups.list()
  await stripe.paymentIntents.create(cardPayment('pm_card_bypassPending', { amount: 9_000 }))
  const kept = await stripe.payouts.create({ amount: 1_000, currency: 'gbp', metadata: { by: 'hand' } })
  const gone = await stripe.payouts.create({ amount: 500, currency: 'gbp' })
  await stripe.payouts.update(gone.id, { metadata: { by: 'mistake' } })
  await stripe.payouts.cancel(gone.id)
  await advance(7 * DAY_S)
  await stripe.payouts.retrieve(kept.id, { expand: ['balance_transaction'] })
  await stripe.payouts.reverse(kept.id)
  await advance(7 * DAY_S)
  const { data } = await stripe.payouts.list({ limit: 100 })
  const automatic = data.find((payout) => payout.automatic)
  if (automatic) await stripe.balanceTransactions.list({ payout: automatic.id })
  await driveMovements({ stripe, running, advance }, automatic?.id ?? '')
  await stripe.balance.retrieve()
  const rows = await stripe.balanceTransactions.list({ limit: 100, expand: ['data.source'] })
  for (const { id } of rows.data.slice(0, 5)) await stripe.balanceTransactions.retrieve(id)
  const warnings = await stripe.radar.earlyFraudWarnings.list({ expand: ['data.charge'] })
  await stripe.radar.earlyFraudWarnings.retrieve(warnings.data[0]?.id ?? '', { expand: ['payment_intent'] })
}
