import { isCurrency } from '#core/currencies.ts'
import { formatMajor } from '#core/money.ts'
import type { Category } from '#core/contracts/exceptions.ts'
import type { Finding } from './classify.ts'

const money = (amount: bigint, currency: string): string =>
  `${formatMajor(amount, isCurrency(currency) ? currency : 'usd')} ${currency.toUpperCase()}`

type Facts = Pick<Finding, 'object' | 'currency' | 'expected' | 'actual' | 'details'>

const off = ({ expected, actual, currency }: Facts): string => {
  const size = actual > expected ? actual - expected : expected - actual
  return `${money(size, currency)} too ${actual > expected ? 'much' : 'little'}`
}

const TEXTS: Readonly<Record<Category, (facts: Facts) => string>> = {
  unknown_type: ({ object, actual, currency, details }) =>
    `Stripe booked ${money(actual, currency)} as "${details['reporting_category'] ?? '?'}" (${object}), a category we do not know. It waits in suspense.`,
  duplicate_in_stripe: ({ object, actual, currency, details }) =>
    `Stripe took ${money(actual, currency)} a second time (${object}) for sale ${details['sale'] ?? '?'}, which other charges already pay. It waits in suspense.`,
  orphan_in_stripe: ({ object, actual, currency, details }) =>
    `Stripe took ${money(actual, currency)} (${object}, charge ${details['source'] ?? '?'}) that names no payment of ours. It waits in suspense.`,
  missing_in_ledger: ({ object, actual, currency, details }) =>
    `Stripe booked ${money(actual, currency)} (${object}, source ${details['source'] ?? 'none'}); our ledger has nothing for it. It waits in suspense.`,
  duplicate_in_ledger: ({ object, expected, actual, currency }) =>
    `Our ledger has ${object} more than once: ${money(actual, currency)} in all, Stripe has ${money(expected, currency)}.`,
  missing_in_stripe: ({ object, expected, currency }) =>
    `Our ledger has ${money(expected, currency)} for ${object}; Stripe does not know ${object}.`,
  status_mismatch: ({ object, expected, currency, details }) =>
    `${object} of ${money(expected, currency)} is ${details['status_ours'] ?? 'booked'} in our books and ${details['status'] ?? '?'} at Stripe.`,
  currency_mismatch: ({ object, actual, currency, details }) =>
    `Stripe booked ${money(actual, currency)} (${object}) without a rate; our ledger has ${money(
      BigInt(details['counterpart_amount'] ?? 0),
      details['counterpart_currency'] ?? currency,
    )}.`,
  amount_mismatch: (facts) =>
    `Stripe booked ${money(facts.actual, facts.currency)} (${facts.object}), our ledger has ${money(facts.expected, facts.currency)}: ${off(facts)}.`,
  fee_mismatch: (facts) =>
    `Stripe's fee is ${money(facts.actual, facts.currency)} (${facts.object}), by the rate card ${money(facts.expected, facts.currency)}: ${off(facts)}.`,
  payout_mismatch: (facts) =>
    `Payout ${facts.object} is ${money(facts.expected, facts.currency)}, its items sum to ${money(facts.actual, facts.currency)}.`,
  payout_overdue: ({ object, expected, currency, details }) =>
    `Payout ${object} of ${money(expected, currency)} should have arrived; Stripe says ${details['status'] ?? 'it has not'}.`,
  clearing_overdue: ({ object, expected, currency }) =>
    `Our ledger has ${money(expected, currency)} for ${object}; Stripe knows it but has not booked it in time.`,
  balance_mismatch: ({ object, actual, currency, details }) =>
    `Stripe's balance has ${money(actual < 0n ? -actual : actual, currency)} ${actual < 0n ? 'less' : 'more'} since ${
      details['date'] ?? 'some date'
    } than its balance transactions explain (${object}).`,
}

/** `besides_eur: '100 expected, 0 found'`, as findings of one object in two currencies or directions are merged. */
const BESIDES = /^besides_([a-z]{3})$/
const BESIDES_AMOUNTS = /^(-?\d+) expected, (-?\d+) found$/

const besideIn = (currency: string, text: string): string => {
  const amounts = BESIDES_AMOUNTS.exec(text)
  const [expected, actual] = [BigInt(amounts?.[1] ?? 0), BigInt(amounts?.[2] ?? 0)]
  return ` Besides: ${money(expected, currency)} expected, ${money(actual, currency)} found.`
}

const besidesOf = ({ details }: Facts): string =>
  Object.entries(details)
    .flatMap(([name, text]) => {
      const currency = BESIDES.exec(name)?.[1]
      return currency === undefined ? [] : text.split('; ').map((part) => besideIn(currency, part))
    })
    .join('')

/** Sentences for a bookkeeper, amounts in major units with their sign; the category itself for one without a sentence. */
export const explainException = (facts: Facts & { readonly category: string }): string =>
  (TEXTS[facts.category as Category]?.(facts) ?? facts.category) + besidesOf(facts)
