import type { Settlement } from './domain/exchange.ts'

/** The account a sandbox plays. */
export type AccountOptions = {
  /** ISO country of the account, `GB`. */
  country: string
  /** Default currency, lower case. */
  currency: string
  /** Zone in which Stripe cuts the account's days. */
  timezone: string
}

/** What Stripe's documents leave open or say in two ways: each is a switch, its default the likelier reading (stripe.md §11c). */
export type Doubts = {
  /** Rows of a partial capture: one with the captured amount, or the whole authorisation and a reversal of the rest. */
  partialCaptureRows: 'captured' | 'authorized_and_reversal'
  /** `cancellation_reason` of an intent whose authorisation ran out. */
  expiryReason: 'automatic' | 'expired'
  /** Whether the fee of a won dispute comes back. */
  disputeFeeOnWin: 'kept' | 'credited'
  /** How long after the charge a dispute card's holder complains. */
  disputeAfterMs: number
  /** Days the shop has to answer a dispute. */
  disputeDueDays: number
  /** Days after which an inquiry that was not escalated is closed. */
  inquiryDays: number
  /** How long the refund of a failing card looks well before its bank sends it back. */
  refundFailAfterMs: number
  /** How long the refund of a pending card takes. */
  refundPendingMs: number
  /** Whether a reader that waits for a card takes another command, or is busy. */
  readerWaiting: 'replaced' | 'busy'
  /** Whether `charge.refund.updated` is sent beside `refund.updated` for cards. */
  chargeRefundUpdated: boolean
  /** Whether the list of a payout's rows includes the payout's own row. */
  payoutOwnRow: 'included' | 'left_out'
  /** What `balance_transactions?source=<dispute>` gives: the dispute's rows, or an empty page. */
  disputeSourceList: 'listed' | 'empty'
  /** Whether the row of a fresh refund is pending for two business days or available at once. */
  refundRows: 'pending' | 'available'
  /** Rows of a dispute whose charge was exchanged: one at the day's rate, or the charged amount and a difference. */
  disputeRowsOnExchange: 'one' | 'two'
  /** At which rate exchanged money comes back after a failed refund or a won dispute: that day's, or as it left. */
  returnRate: 'own_day' | 'as_it_left'
  /** `exchange_rate` between minor units, or as people write it (they differ for currencies like yen). */
  exchangeRateUnits: 'minor' | 'major'
  /** Stripe's price of an exchange: part of the charge's fee, or a row of type `stripe_fx_fee`. */
  conversionFee: 'in_fee' | 'own_row'
  /** Where the row of a payout by hand is itemised: in the next automatic payout, or nowhere. */
  manualPayoutRows: 'in_next_automatic' | 'apart'
  /** The fee of an instant payout: on the payout's row, or a row of type `stripe_fee`. */
  instantPayoutFee: 'in_row' | 'own_row'
  /** Whether the bank tells its reference of a payout that arrived. */
  payoutTrace: 'supported' | 'unsupported'
  /** How long after a payout's end its bank's reference is known, or known not to come; Stripe says up to ten days. */
  payoutTraceAfterMs: number
  /** Whether `refund_and_dispute_prefunding` is part of the balance when nothing was ever in it. */
  prefundingBalance: 'when_used' | 'always'
  /** Where `GET /v1/balance` shows what lies in the `risk_reserved` balance. */
  riskReserved: 'connect_reserved' | 'not_shown'
  /** Whether entries of the balance have `source_types`. */
  balanceSourceTypes: boolean
  /** `error.type` of a 409 (stripe.md §2). */
  conflictType: 'idempotency_error' | 'invalid_request_error'
  /** Whether a 403 has the code `more_permissions_required`. */
  permissionCode: 'none' | 'more_permissions_required'
  /** The table of smallest charges: the older one, or with sixty Australian or Canadian cents and eighty yen. */
  minimumAmounts: 'older' | 'newer'
  /** `error.code` of a capture of more than is held. */
  overCaptureCode: 'amount_too_large' | 'none'
  /** Whether a confirm needs a `return_url` when methods that redirect are not ruled out. */
  returnUrlNeeded: boolean
}

const DAY_MS = 86_400_000

export const DOUBTS: Doubts = {
  partialCaptureRows: 'captured',
  expiryReason: 'automatic',
  disputeFeeOnWin: 'kept',
  disputeAfterMs: 1_000,
  disputeDueDays: 14,
  inquiryDays: 120,
  refundFailAfterMs: 3 * DAY_MS,
  refundPendingMs: 60_000,
  readerWaiting: 'replaced',
  chargeRefundUpdated: true,
  payoutOwnRow: 'included',
  disputeSourceList: 'listed',
  refundRows: 'pending',
  disputeRowsOnExchange: 'one',
  returnRate: 'own_day',
  exchangeRateUnits: 'minor',
  conversionFee: 'in_fee',
  manualPayoutRows: 'in_next_automatic',
  instantPayoutFee: 'in_row',
  payoutTrace: 'supported',
  payoutTraceAfterMs: 2 * DAY_MS,
  prefundingBalance: 'when_used',
  riskReserved: 'connect_reserved',
  balanceSourceTypes: true,
  conflictType: 'idempotency_error',
  permissionCode: 'none',
  minimumAmounts: 'older',
  overCaptureCode: 'amount_too_large',
  returnUrlNeeded: true,
}

export type SandboxOptions = AccountOptions & {
  /** How long after an asynchronous capture its balance transaction exists, in sandbox time. */
  settleLagMs: number
  /** Readings of Stripe's documents other than the default ones. */
  doubts?: Partial<Doubts>
  /** Which currencies the account keeps, for a new folder; left out: every one. */
  settlement?: Settlement
}

/** How this sandbox reads what is in doubt. */
export const doubtsOf = (options: SandboxOptions): Doubts => ({ ...DOUBTS, ...options.doubts })

/** The values a switch of words may take; the others are whole numbers from 0 or a boolean. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  partialCaptureRows: ['captured', 'authorized_and_reversal'],
  expiryReason: ['automatic', 'expired'],
  disputeFeeOnWin: ['kept', 'credited'],
  readerWaiting: ['replaced', 'busy'],
  payoutOwnRow: ['included', 'left_out'],
  disputeSourceList: ['listed', 'empty'],
  refundRows: ['pending', 'available'],
  disputeRowsOnExchange: ['one', 'two'],
  returnRate: ['own_day', 'as_it_left'],
  exchangeRateUnits: ['minor', 'major'],
  conversionFee: ['in_fee', 'own_row'],
  manualPayoutRows: ['in_next_automatic', 'apart'],
  instantPayoutFee: ['in_row', 'own_row'],
  payoutTrace: ['supported', 'unsupported'],
  prefundingBalance: ['when_used', 'always'],
  riskReserved: ['connect_reserved', 'not_shown'],
  conflictType: ['idempotency_error', 'invalid_request_error'],
  permissionCode: ['none', 'more_permissions_required'],
  minimumAmounts: ['older', 'newer'],
  overCaptureCode: ['amount_too_large', 'none'],
}

/** Another value for each number: as far from the default as a suite that waits for it can bear. */
const OTHER_NUMBERS: Readonly<Record<string, number>> = {
  disputeAfterMs: 60_000,
  disputeDueDays: 7,
  inquiryDays: 60,
  refundFailAfterMs: 60_000,
  refundPendingMs: 5 * DAY_MS,
  payoutTraceAfterMs: 60_000,
}

/** Switches that no balance transaction, no list of them and no balance shows. */
const NOT_ABOUT_MONEY: ReadonlySet<string> = new Set<keyof Doubts>([
  'expiryReason',
  'inquiryDays',
  'readerWaiting',
  'chargeRefundUpdated',
  'payoutTrace',
  'payoutTraceAfterMs',
  'conflictType',
  'permissionCode',
  'minimumAmounts',
  'overCaptureCode',
  'returnUrlNeeded',
])

/**
 * One reading other than the default: `doubts` for the sandbox, `name` for the title of a test. `money` tells whether
 * balance transactions or balances differ by it, for suites about nothing else.
 */
export type DoubtSetting = { name: string; doubts: Partial<Doubts>; money: boolean }

const othersOf = ([name, usual]: [string, Doubts[keyof Doubts]]): DoubtSetting[] => {
  const others =
    typeof usual === 'boolean'
      ? [!usual]
      : typeof usual === 'number'
        ? [OTHER_NUMBERS[name] ?? usual * 2]
        : (WORDS[name] ?? []).filter((word) => word !== usual)
  const money = !NOT_ABOUT_MONEY.has(name)
  return others.map((value) => ({ name: `${name}=${value}`, doubts: { [name]: value }, money }))
}

/** Every setting that differs from the default, one at a time, so that a suite can run under each. */
export const DOUBT_SETTINGS: readonly DoubtSetting[] = Object.entries(DOUBTS).flatMap(othersOf)

const isDoubt = ([name, value]: [string, unknown]): boolean => {
  const usual = (DOUBTS as Readonly<Record<string, unknown>>)[name]
  if (usual === undefined || typeof value !== typeof usual) return false
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0
  return typeof value !== 'string' || (WORDS[name]?.includes(value) ?? false)
}

/** Switches from JSON, or null when it is not an object of known switches with values they can have. */
export const readDoubts = (json: string): Partial<Doubts> | null => {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    return Object.entries(value).every(isDoubt) ? (value as Partial<Doubts>) : null
  } catch {
    return null
  }
}
