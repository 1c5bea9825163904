import type Stripe from 'stripe'
import type { Drive } from './drive.ts'
import { cardPayment, DAY_S } from './drive.ts'

/** Every call about disputes, with each way a dispute can go. */
export const driveDisputes = async ({ stripe, advance }: Drive): Promise<void> => {
  const dispute = async (card: string): Promise<Stripe.Dispute | undefined> => {
    const { id } = await stripe.paymentIntents.create(cardPayment(card))
    await advance(60)
    return (await stripe.disputes.list({ payment_intent: id })).data[0]
  }
  const won = (await dispute('pm_card_createDispute'))?.id ?? ''
  await stripe.disputes.update(won, {
    evidence: { uncategorized_text: 'winning_evidence' },
    metadata: { till: '1' },
  })
  const given = (await dispute('pm_card_createDisputeProductNotReceived'))?.id ?? ''
  await stripe.disputes.close(given)
  const asked = (await dispute('pm_card_createDisputeInquiry'))?.id ?? ''
  await stripe.disputes.update(asked, { evidence: { product_description: 'A loaf' }, submit: false })
  await advance(3 * DAY_S)
  await stripe.disputes.retrieve(won, { expand: ['charge', 'payment_intent'] })
  await stripe.disputes.list()
}
