import type Stripe from 'stripe'
import type { Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { fields } from '../http/readers.ts'
import type { View } from '../store/view.ts'

/** The balance at an instant from the money tables; the default currency is listed even when it is empty. */
export const readBalance = (view: View, atMs: number, defaultCurrency: string): Stripe.Balance => {
  const totals = new Map([[defaultCurrency, { available: 0, pending: 0 }], ...view.balance(atMs)])
  const entries = (field: 'available' | 'pending') =>
    [...totals].map(([currency, total]) => ({
      amount: total[field],
      currency,
      source_types: { card: total[field] },
    }))
  return { object: 'balance', available: entries('available'), livemode: false, pending: entries('pending') }
}

export const balanceEndpoints: readonly Endpoint[] = [
  endpoint('GET', '/v1/balance', fields({}), ({ view, unit, options }) =>
    readBalance(view, unit.at_ms, options.currency),
  ),
]
