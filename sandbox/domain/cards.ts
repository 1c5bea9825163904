/** Why an issuer refuses, in Stripe's words (stripe.md §2, live-probed). */
export type Decline = {
  code: string
  decline_code: string
  message: string
  param?: string
  advice_code?: 'do_not_try_again' | 'try_again_later' | 'confirm_card_data'
  /** `blocked` when Radar refused it before the network was asked. */
  outcome?: 'blocked'
}

/** The dispute a test card brings about; `inquiry` moves no money. */
export type CardDispute = { reason: string; kind: 'dispute' | 'inquiry' }

/** One published test card and what happens when it is charged. */
export type TestCard = {
  names: readonly string[]
  number: string
  brand: string
  funding: 'credit' | 'debit'
  country: string
  decline?: Decline
  /** Needs the customer to authenticate before it is charged; a `decline` beside it comes after that. */
  authenticate?: 'always' | 'on_session'
  /** Funds are available at once. */
  bypassPending?: true
  /** How a refund to this card ends. */
  refund?: 'pending' | 'fail'
  /** What its holder does soon after the charge. */
  dispute?: CardDispute
  /** Its issuer reports it as used in fraud soon after the charge. */
  fraudWarning?: true
  risk?: 'normal' | 'elevated' | 'highest'
  checks?: { cvc?: 'fail'; line1?: 'fail' | 'unchecked'; postal?: 'fail' | 'unchecked' }
}

const card = (names: string, number: string, rest: Partial<TestCard> = {}): TestCard => ({
  names: names.split(' '),
  number,
  brand: 'visa',
  funding: 'credit',
  country: 'US',
  ...rest,
})

const later = 'try_again_later'
const never = 'do_not_try_again'
const DECLINED = 'Your card was declined.'

const refusal = (
  code: string,
  decline_code: string,
  message: string,
  rest: Partial<Decline> = {},
): Decline => ({
  code,
  decline_code,
  message,
  ...rest,
})

const declines: readonly TestCard[] = [
  card('pm_card_visa_chargeDeclined pm_card_chargeDeclined', '4000000000000002', {
    decline: refusal('card_declined', 'generic_decline', DECLINED, { advice_code: later }),
  }),
  card(
    'pm_card_visa_chargeDeclinedInsufficientFunds pm_card_chargeDeclinedInsufficientFunds',
    '4000000000009995',
    {
      decline: refusal('card_declined', 'insufficient_funds', 'Your card has insufficient funds.', {
        advice_code: later,
      }),
    },
  ),
  card('pm_card_visa_chargeDeclinedLostCard pm_card_chargeDeclinedLostCard', '4000000000009987', {
    decline: refusal('card_declined', 'lost_card', DECLINED, { advice_code: never }),
  }),
  card('pm_card_visa_chargeDeclinedStolenCard pm_card_chargeDeclinedStolenCard', '4000000000009979', {
    decline: refusal('card_declined', 'stolen_card', DECLINED, { advice_code: never }),
  }),
  card('pm_card_chargeDeclinedExpiredCard pm_card_visa_chargeDeclinedExpiredCard', '4000000000000069', {
    decline: refusal('expired_card', 'expired_card', 'Your card has expired.', {
      param: 'exp_month',
      advice_code: 'confirm_card_data',
    }),
  }),
  card('pm_card_chargeDeclinedIncorrectCvc pm_card_visa_chargeDeclinedIncorrectCvc', '4000000000000127', {
    decline: refusal('incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect.", {
      param: 'cvc',
      advice_code: 'confirm_card_data',
    }),
    checks: { cvc: 'fail' },
  }),
  card(
    'pm_card_chargeDeclinedProcessingError pm_card_visa_chargeDeclinedProcessingError',
    '4000000000000119',
    {
      decline: refusal(
        'processing_error',
        'processing_error',
        'An error occurred while processing your card. Try again in a little bit.',
        { advice_code: later },
      ),
    },
  ),
  card('pm_card_chargeDeclinedFraudulent pm_card_radarBlock', '4100000000000019', {
    decline: refusal('card_declined', 'fraudulent', DECLINED, { outcome: 'blocked' }),
    risk: 'highest',
  }),
  card(
    'pm_card_visa_chargeDeclinedVelocityLimitExceeded pm_card_chargeDeclinedVelocityLimitExceeded',
    '4000000000006975',
    {
      decline: refusal(
        'card_declined',
        'card_velocity_exceeded',
        'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
      ),
    },
  ),
  card('pm_card_chargeCustomerFail', '4000000000000341', {
    decline: refusal('card_declined', 'generic_decline', DECLINED, { advice_code: later }),
  }),
]

const successes: readonly TestCard[] = [
  card('pm_card_visa', '4242424242424242'),
  card('pm_card_visa_debit', '4000056655665556', { funding: 'debit' }),
  card('pm_card_mastercard', '5555555555554444', { brand: 'mastercard' }),
  card('pm_card_mastercard_debit', '5200828282828210', { brand: 'mastercard', funding: 'debit' }),
  card('pm_card_amex pm_card_amex_threeDSecureNotSupported', '378282246310005', { brand: 'amex' }),
  card('pm_card_discover', '6011111111111117', { brand: 'discover' }),
  card('pm_card_diners', '3056930009020004', { brand: 'diners' }),
  card('pm_card_jcb', '3566002020360505', { brand: 'jcb' }),
  card('pm_card_unionpay', '6200000000000005', { brand: 'unionpay' }),
  card('pm_card_gb', '4000008260000000', { country: 'GB' }),
  card('pm_card_gb_debit', '4000058260000005', { country: 'GB', funding: 'debit' }),
  card('pm_card_bypassPending', '4000000000000077', { bypassPending: true }),
  card('pm_card_bypassPendingInternational', '4000003720000278', { bypassPending: true, country: 'IE' }),
  card('pm_card_pendingRefund', '4000000000007726', { refund: 'pending' }),
  card('pm_card_refundFail', '4000000000005126', { refund: 'fail' }),
  card('pm_card_riskLevelHighest', '4000000000004954', { risk: 'highest' }),
  card('pm_card_riskLevelElevated', '4000000000009235', { risk: 'elevated' }),
  card('pm_card_cvcCheckFail', '4000000000000101', { checks: { cvc: 'fail' } }),
  card('pm_card_avsZipFail', '4000000000000036', { checks: { postal: 'fail' } }),
  card('pm_card_avsLine1Fail', '4000000000000028', { checks: { line1: 'fail' } }),
  card('pm_card_avsFail', '4000000000000010', { checks: { line1: 'fail', postal: 'fail' } }),
  card('pm_card_avsUnchecked', '4000000000000044', { checks: { line1: 'unchecked', postal: 'unchecked' } }),
]

const authenticated: readonly TestCard[] = [
  card('pm_card_authenticationRequired', '4000002760003184', { authenticate: 'always' }),
  card('pm_card_threeDSecure2Required pm_card_threeDSecureRequired', '4000000000003220', {
    authenticate: 'always',
  }),
  card('pm_card_authenticationRequiredOnSetup', '4000002500003155', { authenticate: 'always' }),
  card('pm_card_authenticationRequiredSetupForOffSession', '4000003800000446', {
    authenticate: 'on_session',
  }),
  card('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', '4000008260003178', {
    authenticate: 'always',
    decline: refusal('card_declined', 'insufficient_funds', 'Your card has insufficient funds.', {
      advice_code: later,
    }),
  }),
  card('pm_card_threeDSecureRequiredChargeDeclined', '4000008400001629', {
    authenticate: 'always',
    decline: refusal('card_declined', 'generic_decline', DECLINED, { advice_code: later }),
  }),
  // Its look-up fails, so nobody is asked to authenticate and the payment is refused at once.
  card('pm_card_threeDSecureRequiredProcessingError', '4000008400001280', {
    decline: refusal('card_declined', 'processing_error', DECLINED, { advice_code: later }),
  }),
  card('pm_card_threeDSecureOptional', '4000000000003055'),
  card('pm_card_threeDSecureOptionalProcessingError', '4000000000003097'),
]

const disputed: readonly TestCard[] = [
  card('pm_card_createDispute', '4000000000000259', { dispute: { reason: 'fraudulent', kind: 'dispute' } }),
  card('pm_card_createDisputeProductNotReceived', '4000000000002685', {
    dispute: { reason: 'product_not_received', kind: 'dispute' },
  }),
  card('pm_card_createDisputeInquiry', '4000000000001976', {
    dispute: { reason: 'fraudulent', kind: 'inquiry' },
  }),
  card('pm_card_createIssuerFraudRecord', '4000000000005423', { fraudWarning: true }),
]

/** Cards that a reader asks a PIN for; the sandbox's simulated customer always knows it. */
const withPin: readonly TestCard[] = [
  card('pm_card_offlinePinCvm', '4001007020000002'),
  card('pm_card_offlinePinScaRetry', '4000008260000075', { country: 'GB' }),
  card('pm_card_onlinePinCvm', '4001000360000005'),
  card('pm_card_onlinePinScaRetry', '4000002760000008'),
]

/** Every test card the sandbox knows; a later behaviour is a new row here. */
export const TEST_CARDS: readonly TestCard[] = [
  ...successes,
  ...declines,
  ...authenticated,
  ...disputed,
  ...withPin,
]

const byName = new Map(TEST_CARDS.flatMap((entry) => entry.names.map((name) => [name, entry] as const)))
const byNumber = new Map(TEST_CARDS.map((entry) => [entry.number, entry]))

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The card's fingerprint: the same number has the same one for ever, and it does not show the number. */
export const fingerprintOf = (entry: TestCard): string => {
  // FNV-1a with 64 bits, run on to get sixteen characters. Not a secret: the numbers are published.
  let hash = 0xcbf29ce484222325n
  const mix = (code: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(code)) * 0x100000001b3n)
  }
  for (const char of entry.number) mix(char.charCodeAt(0))
  let text = ''
  for (let at = 0; at < 16; at += 1) {
    mix(at)
    text += BASE62[Number((hash >> 32n) % 62n)] ?? ''
  }
  return text
}

const byFingerprint = new Map(TEST_CARDS.map((entry) => [fingerprintOf(entry), entry]))

/** The card of a magic payment method id (`pm_card_visa`), or undefined. */
export const cardByName = (name: string): TestCard | undefined => byName.get(name)

/** The card of a magic token (`tok_visa`), or undefined. */
export const cardByToken = (token: string): TestCard | undefined =>
  token.startsWith('tok_') ? byName.get(`pm_card_${token.slice(4)}`) : undefined

/** The card of a published test number (spaces and dashes ignored), or undefined for any other number. */
export const cardByNumber = (number: string): TestCard | undefined =>
  byNumber.get(number.replace(/[ -]/g, ''))

/** Test numbers Stripe publishes whose behaviour the sandbox does not play yet (stripe.md §2). */
const OTHER_PUBLISHED = new Set([
  '4000000000005423',
  '4000000404000079',
  '4000000404000038',
  '4000008400000779',
])

/** True for a number that Stripe publishes for tests (digits only): it belongs to no one. */
export const isPublishedNumber = (digits: string): boolean =>
  byNumber.has(digits) || OTHER_PUBLISHED.has(digits)

/** The card behind a stored payment method, or undefined. */
export const cardByFingerprint = (fingerprint: string): TestCard | undefined => byFingerprint.get(fingerprint)
