import { isDeepStrictEqual } from 'node:util'
import type { StormReport } from './storm.ts'

/** Everything that a storm may not do, as sentences; none when all held. */
export const findLosses = ({ expected, played, facts }: StormReport): readonly string[] => {
  const sold = { tickets: played.tickets, card: pick(played.card), cash: pick(played.cash) }
  const rules: readonly (readonly [boolean, string])[] = [
    [
      isDeepStrictEqual(sold, expected),
      `the till counts ${JSON.stringify(sold)}, its files ${JSON.stringify(expected)}`,
    ],
    [isDeepStrictEqual(facts.charges, expected.card), `Stripe took ${JSON.stringify(facts.charges)}`],
    [facts.paid_twice.length === 0, `paid twice: ${facts.paid_twice.join(', ')}`],
    [facts.accepted_and_lost === 0, `${facts.accepted_and_lost} accepted deliveries are not in the inbox`],
    [
      Object.keys(facts.inbox).every((state) => state === 'processed'),
      `the inbox holds ${JSON.stringify(facts.inbox)}`,
    ],
    [facts.open_keys === 0, `${facts.open_keys} money calls were never answered`],
    [facts.unfinished_payments === 0, `${facts.unfinished_payments} payments have no end`],
    [facts.exceptions_open === 0, `${facts.exceptions_open} exceptions are open`],
    [
      facts.exceptions_closed_by_hand === 0,
      `${facts.exceptions_closed_by_hand} exceptions were closed by hand`,
    ],
    [facts.dates.not_clean.length === 0, `not clean: ${facts.dates.not_clean.join(', ')}`],
    [facts.certify_exit === 0, `certify ends with ${facts.certify_exit}`],
    [facts.verify_exit === 0, `verify ends with ${facts.verify_exit}`],
  ]
  return rules.flatMap(([holds, sentence]) => (holds ? [] : [sentence]))
}

const pick = ({ count, amount }: { readonly count: number; readonly amount: number }) => ({ count, amount })
