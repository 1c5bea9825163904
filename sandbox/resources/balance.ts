import type Stripe from 'stripe'
import type { BalanceType } from '../domain/payout-batches.ts'
import type { Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { fields } from '../http/readers.ts'
import type { SandboxOptions } from '../options.ts'
import { doubtsOf } from '../options.ts'
import type { Pot, Totals } from '../store/money.ts'
import type { View } from '../store/view.ts'

type Entry = { amount: number; currency: string; source_types?: { card: number } }

/**
 * The balance at an instant from the money tables; the default currency is listed even when it is empty. Which balance
 * stands in which field is partly an assumption: `risk_reserved` has none in Stripe's documents (switch `riskReserved`).
 */
export const readBalance = (view: View, atMs: number, options: SandboxOptions): Stripe.Balance => {
  const doubts = doubtsOf(options)
  const pots = view.balances(atMs)
  const of = (type: BalanceType): (Pot & Totals)[] => pots.filter((pot) => pot.balance_type === type)
  const entry = (currency: string, amount: number): Entry => ({
    amount,
    currency,
    ...(doubts.balanceSourceTypes ? { source_types: { card: amount } } : {}),
  })
  const entries = (type: BalanceType, field: keyof Totals): Entry[] =>
    of(type).map((pot) => entry(pot.currency, pot[field]))
  const isEmpty = !of('payments').some(({ currency }) => currency === options.currency)
  const first = isEmpty ? [entry(options.currency, 0)] : []
  const reserved = of('risk_reserved')
  const prefunding = of('refund_and_dispute_prefunding')
  return {
    object: 'balance',
    available: [...first, ...entries('payments', 'available')],
    ...(reserved.length > 0 && doubts.riskReserved === 'connect_reserved'
      ? {
          connect_reserved: reserved.map(({ currency, available, pending }) =>
            entry(currency, available + pending),
          ),
        }
      : {}),
    ...(of('issuing').length > 0 ? { issuing: { available: entries('issuing', 'available') } } : {}),
    livemode: false,
    pending: [...first, ...entries('payments', 'pending')],
    ...(prefunding.length > 0 || doubts.prefundingBalance === 'always'
      ? {
          refund_and_dispute_prefunding: {
            available: entries('refund_and_dispute_prefunding', 'available'),
            pending: entries('refund_and_dispute_prefunding', 'pending'),
          },
        }
      : {}),
  }
}

export const balanceEndpoints: readonly Endpoint[] = [
  endpoint('GET', '/v1/balance', fields({}), ({ view, unit, options }) =>
    readBalance(view, unit.at_ms, options),
  ),
]
