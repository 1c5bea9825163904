import type Stripe from 'stripe'
import { randomHex } from '../ids.ts'
import type { Unit } from '../store/unit.ts'
import type { Attempt } from './paying.ts'

const DAY_S = 86_400

/** Seconds an authorisation holds (stripe.md §1, auth windows): 7 days; in person 5 days for Visa, 2 for the others. */
export const authorizationSeconds = (method: Stripe.PaymentMethod): number => {
  if (method.type !== 'card_present') return 7 * DAY_S
  return (method.card_present?.brand === 'visa' ? 5 : 2) * DAY_S
}

/** What the customer's bank answered to the question who is paying. */
const AUTHENTICATED: Omit<Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure, 'transaction_id'> = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  version: '2.2.0',
}

type Facts = {
  amount_authorized: number | null
  network_transaction_id: string | null
  capture_before?: number
}

const cardDetails = (
  unit: Unit,
  card: Stripe.PaymentMethod.Card | undefined,
  attempt: Attempt,
  facts: Facts,
): Stripe.Charge.PaymentMethodDetails.Card => ({
  ...facts,
  authorization_code: attempt.result === 'declined' ? null : randomHex(unit.random, 6),
  brand: card?.brand ?? null,
  checks: card?.checks ?? null,
  country: card?.country ?? null,
  electronic_commerce_indicator: attempt.authenticated ? '05' : null,
  exp_month: card?.exp_month ?? 12,
  exp_year: card?.exp_year ?? 2030,
  fingerprint: card?.fingerprint ?? null,
  funding: card?.funding ?? null,
  installments: null,
  last4: card?.last4 ?? null,
  mandate: null,
  network: card?.brand ?? null,
  regulated_status: 'unregulated',
  three_d_secure: attempt.authenticated
    ? { ...AUTHENTICATED, transaction_id: `${randomHex(unit.random, 8)}-3ds` }
    : null,
  transaction_link_id: null,
  wallet: null,
})

/** First part of the application id per network, as printed on receipts. */
const APPLICATIONS: Readonly<Record<string, [id: string, name: string]>> = {
  visa: ['A0000000031010', 'VISA CREDIT'],
  mastercard: ['A0000000041010', 'MASTERCARD'],
  amex: ['A00000002501', 'AMERICAN EXPRESS'],
  discover: ['A0000001523010', 'DISCOVER'],
  diners: ['A0000001523010', 'DINERS CLUB'],
  jcb: ['A0000000651010', 'JCB'],
  unionpay: ['A000000333010101', 'UNIONPAY'],
}

const receipt = (
  unit: Unit,
  card: Stripe.PaymentMethod.CardPresent,
  attempt: Attempt,
): Stripe.Charge.PaymentMethodDetails.CardPresent.Receipt => {
  const [application, name] = APPLICATIONS[card.brand ?? ''] ?? ['A0000000031010', 'CARD']
  const isDeclined = attempt.result === 'declined'
  return {
    account_type: card.funding === 'debit' ? 'checking' : 'credit',
    application_cryptogram: randomHex(unit.random, 16),
    application_preferred_name: name,
    authorization_code: isDeclined ? null : randomHex(unit.random, 6),
    authorization_response_code: isDeclined ? '3035' : '3030',
    cardholder_verification_method: card.read_method === 'contact_emv' ? 'offline_pin' : 'approval',
    dedicated_file_name: application,
    terminal_verification_results: '8000008000',
    transaction_status_information: '6800',
  }
}

const cardPresentDetails = (
  unit: Unit,
  card: Stripe.PaymentMethod.CardPresent,
  attempt: Attempt,
  facts: Facts,
): Stripe.Charge.PaymentMethodDetails.CardPresent => ({
  ...facts,
  brand: card.brand,
  brand_product: card.brand_product,
  cardholder_name: card.cardholder_name,
  country: card.country,
  emv_auth_data: `8A02${attempt.result === 'declined' ? '3035' : '3030'}`,
  exp_month: card.exp_month,
  exp_year: card.exp_year,
  fingerprint: card.fingerprint,
  funding: card.funding,
  generated_card: null,
  incremental_authorization_supported: false,
  last4: card.last4,
  ...(attempt.reader ? { location: attempt.reader.location } : {}),
  network: card.brand,
  offline: null,
  overcapture_supported: false,
  preferred_locales: card.preferred_locales,
  read_method: card.read_method,
  ...(attempt.reader ? { reader: attempt.reader.id } : {}),
  receipt: receipt(unit, card, attempt),
})

/** What the charge tells of the card, with every field Stripe always shows (stripe.md §1, pmd.card and pmd.card_present). */
export const methodDetails = (
  unit: Unit,
  method: Stripe.PaymentMethod,
  amount: number,
  attempt: Attempt,
): Stripe.Charge.PaymentMethodDetails => {
  const isDeclined = attempt.result === 'declined'
  const facts: Facts = {
    amount_authorized: isDeclined ? null : amount,
    network_transaction_id: isDeclined ? null : unit.newId('n').slice(3, 18),
    ...(attempt.result === 'authorized'
      ? { capture_before: unit.seconds + authorizationSeconds(method) }
      : {}),
  }
  return method.card_present
    ? { type: 'card_present', card_present: cardPresentDetails(unit, method.card_present, attempt, facts) }
    : { type: 'card', card: cardDetails(unit, method.card, attempt, facts) }
}
