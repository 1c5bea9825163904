import type { Deps } from '#core/service.ts'

/**
 * A card payment of `amount` pence as a gateway leaves it when it dies after its call to Stripe: claimed, `processing`, nothing
 * of Stripe's recorded.
 */
export const storeProcessingPayment = async (deps: Deps, id: string, amount: number): Promise<void> => {
  const now = deps.env.clock.now()
  await deps.db.run(
    `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
                        business_date, created_at, updated_at)
     VALUES ($1, 'till-1', 'high-street', 'gbp', $2, 0, 0, 0, 'open', $3, '2026-03-02', $3, $3)`,
    [`sale_${id}`, amount, now],
  )
  await deps.db.run(
    `INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, capture_method, trace_id,
                           accepted_at, created_at, updated_at)
     VALUES ($1, $2, 'till-1', 'high-street', 'card', 'gbp', $3, 'processing', 'automatic', 'trace', $4, $4, $4)`,
    [id, `sale_${id}`, amount, now],
  )
}

/** What Stripe did for that payment: a PaymentIntent confirmed with a test card, under our metadata. */
export const confirmAtStripe = async (
  deps: Pick<Deps, 'stripe'>,
  id: string,
  amount: number,
  card = 'pm_card_visa',
) =>
  deps.stripe.paymentIntents
    .create({
      amount,
      currency: 'gbp',
      payment_method: card,
      allowed_payment_method_types: ['card'],
      confirm: true,
      metadata: { tillwatch_payment: id, tillwatch_sale: `sale_${id}` },
    })
    .catch((error: unknown) => {
      const refused = error as { payment_intent?: { id: string } }
      if (refused.payment_intent) return deps.stripe.paymentIntents.retrieve(refused.payment_intent.id)
      throw error
    })
