import type { Drive } from './drive.ts'
import { cardPayment, DAY_S } from './drive.ts'

/** Every call about the account, its balance, its payouts and its top-ups. */
export const driveMoney = async ({ stripe, advance }: Drive): Promise<void> => {
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
  await stripe.balance.retrieve()
  const rows = await stripe.balanceTransactions.list({ limit: 100, expand: ['data.source'] })
  for (const { id } of rows.data.slice(0, 5)) await stripe.balanceTransactions.retrieve(id)
  await stripe.radar.earlyFraudWarnings.list()
}
