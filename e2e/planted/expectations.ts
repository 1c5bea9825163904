/**
 * What each planted edit must be found as. Written by hand from architecture §3.2 ("first hit wins, one fact one
 * category") and stripe.md §5; it knows nothing of the reconciler's code. `null` is a near miss: it must stay silent.
 */

/** The fourteen categories, in the order of the decision table. */
export const CATEGORIES = [
  'unknown_type',
  'duplicate_in_stripe',
  'orphan_in_stripe',
  'missing_in_ledger',
  'duplicate_in_ledger',
  'missing_in_stripe',
  'status_mismatch',
  'currency_mismatch',
  'amount_mismatch',
  'fee_mismatch',
  'payout_mismatch',
  'payout_overdue',
  'clearing_overdue',
  'balance_mismatch',
] as const

export type Category = (typeof CATEGORIES)[number]

/** At least this many of a category in one seed (issue 4, "Must show" 1). */
export const LEAST: Readonly<Record<Category, number>> = {
  unknown_type: 25,
  duplicate_in_stripe: 25,
  orphan_in_stripe: 25,
  missing_in_ledger: 25,
  duplicate_in_ledger: 25,
  missing_in_stripe: 25,
  status_mismatch: 25,
  currency_mismatch: 25,
  amount_mismatch: 25,
  fee_mismatch: 25,
  payout_mismatch: 8,
  payout_overdue: 8,
  clearing_overdue: 25,
  balance_mismatch: 8,
}

/** What the edit did, in plain figures of its victim. */
export interface Facts {
  /** Stripe's object: charge, refund, dispute or payout; of an added row, its source or the row itself. */
  readonly object: string
  /** The balance transaction, where there is one. */
  readonly row: string
  /** Currency and amount that stand on Stripe's row (or object) now, after the edit. */
  readonly currency: string
  readonly amount: number
  readonly fee: number
  /** What they were before it; of a movement made by the edit, its own amount. */
  readonly was: { readonly currency: string; readonly amount: number; readonly fee: number }
}

/** The one exception that a fact must be. `difference` = what Stripe shows - what ours expect. */
export interface Figures {
  /** What the exception is named by (docs/exception-categories.md, "Named by"). */
  readonly object: string
  readonly currency: string
  /** What ours expect, in figures of the edit; left out where they do not say it. */
  readonly expected?: number
  readonly difference: number
}

interface Expectation {
  readonly category: Category | null
  /** Why, with the line of the architecture or of Stripe's facts that says so. */
  readonly why: string
  /** Several where a division is rounded: any one of them, once. */
  readonly figures?: (facts: Facts) => Figures | readonly Figures[]
}

/** All of Stripe's row is unexpected: nothing of ours says so. */
const wholeRow = (facts: Facts): Figures => ({
  object: facts.row,
  currency: facts.currency,
  expected: 0,
  difference: facts.amount,
})

/** A row that cannot be read at all counts by what it did to the balance. */
const netOfRow = (facts: Facts): Figures => ({ ...wholeRow(facts), difference: facts.amount - facts.fee })

/** All that ours expected is not there. */
const nothingThere = (facts: Facts): Figures => ({
  object: facts.object,
  currency: facts.was.currency,
  expected: facts.was.amount,
  difference: -facts.was.amount,
})

const otherAmount = (facts: Facts): Figures => ({
  ...wholeRow(facts),
  expected: facts.was.amount,
  difference: facts.amount - facts.was.amount,
})

/** The row stands as it was, in the balance's currency; what it is about is of another one, so nothing of ours is it. */
const rowAsItWas = (facts: Facts): Figures => ({
  object: facts.row,
  currency: facts.was.currency,
  difference: facts.was.amount,
})

const otherFee = (facts: Facts): Figures => ({
  ...wholeRow(facts),
  expected: facts.was.fee,
  difference: facts.fee - facts.was.fee,
})

/** The payout stands, its items do not make it. */
const otherPayout = ({ object, currency, amount, was }: Facts): Figures => ({
  object,
  currency,
  difference: amount - was.amount,
})

/** One movement of an object is expected, and here is another one besides. */
const oneTooMany = (facts: Facts): Figures => ({
  object: facts.object,
  currency: facts.was.currency,
  difference: facts.was.amount,
})

const found = (category: Category, why: string, figures: Expectation['figures'] & object): Expectation => ({
  category,
  why,
  figures,
})

const silent = (why: string): Expectation => ({ category: null, why })

const NO_CHARGE = '§3.2.4: any other balance transaction without a movement'
const SAME_OBJECT = '§3.2.5: two movements claim one Stripe object'
const GONE = '§3.2.6: past due, Stripe has no such object'
const OTHER_STATE = '§3.2.7: object there, in another end state'
const NO_ROW = '§3.2.13: same state on both sides, balance transaction not there at its due time'
const BY_STRIPE = '§3.2: a balance transaction that Stripe makes by itself and the table books is explained'

export const EXPECTATIONS = {
  'unknown row added': found(
    'unknown_type',
    '§3.2.1: reporting category not in our table; its whole effect on the balance is unexplained',
    netOfRow,
  ),
  'charge row of unknown category': found('unknown_type', '§3.2.1, before everything else', netOfRow),
  'refund row of unknown category': found('unknown_type', '§3.2.1, before everything else', netOfRow),
  'charged again': found(
    'duplicate_in_stripe',
    '§3.2.2: charge names a sale that other charges already pay',
    wholeRow,
  ),
  'charged a third time': found('duplicate_in_stripe', '§3.2.2: each further charge is a fact', wholeRow),
  'split sale charged again': found(
    'duplicate_in_stripe',
    '§3.2.2: two tenders already pay it; only the third charge is too much',
    wholeRow,
  ),
  'charge of nobody': found('orphan_in_stripe', '§3.2.3: charge names no payment of ours', wholeRow),
  'charge of an unknown payment': found(
    'orphan_in_stripe',
    '§3.2.3: the payment that it names is none of ours',
    wholeRow,
  ),
  'charge row without a source': found('missing_in_ledger', NO_CHARGE, wholeRow),
  'refund row of nobody': found('missing_in_ledger', NO_CHARGE, wholeRow),
  'second row of a charge': found(
    'missing_in_ledger',
    `${NO_CHARGE}; the charge's one movement is taken by its first row`,
    wholeRow,
  ),
  'second row of a refund': found('missing_in_ledger', `${NO_CHARGE}; as for a charge`, wholeRow),
  'dispute row of nobody': found('missing_in_ledger', NO_CHARGE, wholeRow),
  'refund failure of nobody': found('missing_in_ledger', NO_CHARGE, wholeRow),
  'refund failure of a good refund': found(
    'missing_in_ledger',
    `${NO_CHARGE}; the refund itself did not fail, so its failure explains nothing`,
    wholeRow,
  ),
  'refund in the dashboard': found(
    'missing_in_ledger',
    `${NO_CHARGE}, after healing: healing brings what names a payment of ours, and nobody of ours gave this back`,
    wholeRow,
  ),
  'capture twice': found('duplicate_in_ledger', SAME_OBJECT, oneTooMany),
  'capture twice, other amount': found('duplicate_in_ledger', SAME_OBJECT, oneTooMany),
  'capture twice, other kind': found('duplicate_in_ledger', SAME_OBJECT, oneTooMany),
  'refund twice': found('duplicate_in_ledger', SAME_OBJECT, oneTooMany),
  'capture twice, other currency': found(
    'duplicate_in_ledger',
    `${SAME_OBJECT}, whatever currency the second one is in; stated in its own`,
    oneTooMany,
  ),
  'charge removed': found('missing_in_stripe', GONE, nothingThere),
  'refund removed': found('missing_in_stripe', GONE, nothingThere),
  'capture of a ghost': found('missing_in_stripe', GONE, nothingThere),
  'refund of a ghost': found('missing_in_stripe', GONE, nothingThere),
  'dispute of a ghost': found('missing_in_stripe', GONE, nothingThere),
  'dispute of a ghost, taken and brought back': found(
    'missing_in_stripe',
    `${GONE}; what was taken and what came back are not set off: the larger stands for both`,
    nothingThere,
  ),
  'charge failed': found('status_mismatch', OTHER_STATE, nothingThere),
  'refund failed silently': found('status_mismatch', OTHER_STATE, nothingThere),
  'refund cancelled silently': found('status_mismatch', OTHER_STATE, nothingThere),
  'charge in another currency': found(
    'currency_mismatch',
    "§3.2.8: the charge's currency, not the settlement's",
    rowAsItWas,
  ),
  'movement in another currency': found('currency_mismatch', '§3.2.8, from the other side', wholeRow),
  'row of another amount': found('amount_mismatch', '§3.2.9', otherAmount),
  'row of no amount': found('amount_mismatch', '§3.2.9: nothing is an amount too', otherAmount),
  'row of the opposite amount': found(
    'amount_mismatch',
    '§3.2.9: the sign is part of it (§1.8)',
    otherAmount,
  ),
  'refund row of another amount': found('amount_mismatch', '§3.2.9', otherAmount),
  'movement of another amount': found('amount_mismatch', '§3.2.9, from the other side', otherAmount),
  'exchanged row of another amount': found(
    'amount_mismatch',
    '§3.2.9: what was charged, at the rate that the row states, is not what was settled; to one unit of rounding',
    (facts) =>
      [0, 1, -1].map((rounding) => ({
        ...otherAmount(facts),
        expected: facts.was.amount - rounding,
        difference: otherAmount(facts).difference + rounding,
      })),
  ),
  'row of another amount and fee': found('amount_mismatch', '§3.2.9 comes before §3.2.10', otherAmount),
  'row of another fee': found(
    'fee_mismatch',
    '§3.2.10: amounts agree, fee differs from the rate card',
    otherFee,
  ),
  'refund row with a fee': found('fee_mismatch', '§3.2.10; stripe.md §5: a refund row has fee 0', otherFee),
  'short payout': found(
    'payout_mismatch',
    '§3.2.11: automatic payout is not the sum of its items; the items are more by the shortage',
    otherPayout,
  ),
  'held payout': found('payout_overdue', '§3.2.12: not paid at its due time', nothingThere),
  'charge row removed': found('clearing_overdue', NO_ROW, nothingThere),
  'refund row removed': found('clearing_overdue', NO_ROW, nothingThere),
  'payout row removed': found('clearing_overdue', NO_ROW, nothingThere),
  'dispute row removed': found('clearing_overdue', NO_ROW, nothingThere),
  'row not there one second after the due time': found('clearing_overdue', NO_ROW, nothingThere),
  'drifted balance': found(
    'balance_mismatch',
    '§3.2.14: what is left of the balance equation, one per date and currency; signed',
    (facts) => ({ object: facts.object, currency: facts.currency, difference: facts.amount }),
  ),
  // Near misses.
  'fee row added': silent(BY_STRIPE),
  'tax row added': silent(BY_STRIPE),
  'reserve held and released': silent(BY_STRIPE),
  'top-up added': silent(BY_STRIPE),
  'adjustment added': silent(BY_STRIPE),
  'row available on another date': silent('§5: a row belongs to the date of its created; nothing else moved'),
  'row described otherwise': silent('§5: the description is none of the compared fields'),
  'row created on the next date': silent('§5: a movement takes its row’s date when paired'),
  'charge with other words': silent('metadata that names no sale and no payment of ours says nothing'),
  'row not there one second inside the due time': silent('§3.2.13: before it: timing, no exception'),
  'row not there at the due time': silent(
    '§3.2.13 "past due": a row that comes at that very second has come in time, so the second is not over',
  ),
  'refund row not there yet': silent('§3.2: due times per kind are settings; refunds have an hour more'),
  'payout held inside the due time': silent('§3.2.12: not due yet'),
} satisfies Record<string, Expectation>

export type Kind = keyof typeof EXPECTATIONS

/** What an edit of this kind must be found as. */
export const expectationOf = (kind: Kind): Expectation => EXPECTATIONS[kind]
