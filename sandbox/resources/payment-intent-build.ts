import type Stripe from 'stripe'
import type { MinimumTable } from '../domain/currencies.ts'
import { amountProblem, AMOUNT_MAX, isCurrency, minimumAmount, showAmount } from '../domain/currencies.ts'
import { invalid } from '../http/errors.ts'
import { mergeMetadata } from '../http/readers.ts'
import type { Unit } from '../store/unit.ts'
import type { CreateParams, UpdateParams } from './payment-intent-params.ts'
import { showShipping } from './shipping.ts'

/** The currency in lower case; refuses one Stripe does not have. */
export const readCurrency = (code: string): string => {
  const currency = code.toLowerCase()
  if (!isCurrency(currency)) throw invalid(`Invalid currency: ${currency}.`, { param: 'currency' })
  return currency
}

/** Refuses amounts below the currency's minimum, over eight digits, or with digits the currency does not have. */
export const checkAmount = (amount: number, currency: string, table: MinimumTable): void => {
  const problem = amountProblem(amount, currency, table)
  if (problem === 'amount_too_small') {
    const least = showAmount(minimumAmount(currency, table), currency)
    throw invalid(`Amount must be at least ${least}`, { code: problem, param: 'amount' })
  }
  if (problem === 'amount_too_large') {
    const most = showAmount(AMOUNT_MAX, currency)
    throw invalid(`Amount must be no more than ${most}`, { code: problem, param: 'amount' })
  }
  if (problem)
    throw invalid(`Invalid amount for the currency ${currency}.`, {
      code: 'parameter_invalid_integer',
      param: 'amount',
    })
}

type Types = Pick<
  Stripe.PaymentIntent,
  | 'allowed_payment_method_types'
  | 'automatic_payment_methods'
  | 'excluded_payment_method_types'
  | 'payment_method_types'
>

type ExcludedTypes = Types['excluded_payment_method_types']

/** Which methods the intent takes; with nothing said Stripe enables automatic methods, redirects included. */
const typesOf = (params: UpdateParams & Pick<Partial<CreateParams>, 'automatic_payment_methods'>): Types => {
  const allowed = params.allowed_payment_method_types ?? null
  const chosen = allowed ?? params.payment_method_types ?? null
  const automatic =
    params.automatic_payment_methods ?? (chosen ? null : { enabled: true, allow_redirects: undefined })
  return {
    allowed_payment_method_types: allowed as Types['allowed_payment_method_types'],
    automatic_payment_methods: automatic && {
      enabled: automatic.enabled,
      allow_redirects: automatic.allow_redirects ?? 'always',
    },
    excluded_payment_method_types: (params.excluded_payment_method_types ?? null) as ExcludedTypes,
    payment_method_types: chosen ?? ['card'],
  }
}

const optionsOf = (types: readonly string[]): Stripe.PaymentIntent.PaymentMethodOptions => ({
  ...(types.includes('card')
    ? {
        card: {
          installments: null,
          mandate_options: null,
          network: null,
          request_three_d_secure: 'automatic',
        },
      }
    : {}),
  ...(types.includes('card_present')
    ? {
        card_present: {
          request_extended_authorization: false,
          request_incremental_authorization_support: false,
        },
      }
    : {}),
})

/** A new payment intent without a payment method; every field Stripe always sends is there. */
export const buildIntent = (unit: Unit, params: CreateParams): Stripe.PaymentIntent => {
  const id = unit.newId('pi')
  const types = typesOf(params)
  return {
    id,
    object: 'payment_intent',
    amount: params.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    ...types,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${unit.newId('s').slice(2)}`,
    confirmation_method: params.confirmation_method ?? 'automatic',
    created: unit.seconds,
    currency: params.currency,
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: optionsOf(types.payment_method_types),
    payment_record: null,
    processing: null,
    receipt_email: params.receipt_email ?? null,
    review: null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: showShipping(params.shipping) ?? null,
    source: null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: params.transfer_group ?? null,
  }
}

/** The methods an intent takes from now on; nothing when the call does not say. */
const changedTypes = (params: UpdateParams): Partial<Types> => {
  const chosen = params.allowed_payment_method_types ?? params.payment_method_types
  if (chosen) return typesOf(params)
  const { excluded_payment_method_types: excluded } = params
  return excluded === undefined ? {} : { excluded_payment_method_types: excluded as ExcludedTypes }
}

/** The plain fields an update or a confirm may set. */
export const updatedIntent = (intent: Stripe.PaymentIntent, params: UpdateParams): Stripe.PaymentIntent => {
  const pick = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value)
  return {
    ...intent,
    ...changedTypes(params),
    amount: pick(params.amount, intent.amount),
    currency: pick(params.currency, intent.currency),
    customer: params.customer ?? intent.customer,
    capture_method: params.capture_method ?? intent.capture_method,
    description: pick(params.description, intent.description),
    metadata: mergeMetadata(intent.metadata, params.metadata),
    receipt_email: pick(params.receipt_email, intent.receipt_email),
    setup_future_usage: pick<Stripe.PaymentIntent['setup_future_usage']>(
      params.setup_future_usage,
      intent.setup_future_usage,
    ),
    shipping: pick(showShipping(params.shipping), intent.shipping),
    statement_descriptor: pick(params.statement_descriptor, intent.statement_descriptor),
    statement_descriptor_suffix: pick(params.statement_descriptor_suffix, intent.statement_descriptor_suffix),
    transfer_group: params.transfer_group ?? intent.transfer_group,
  }
}
