import type Stripe from 'stripe'
import { mergeMetadata } from '../http/readers.ts'
import { anything, emptyable, fields, flag, list, metadata, oneOf, required, text } from '../http/readers.ts'
import type { ReadBy } from '../http/readers.ts'
import type { Unit } from '../store/unit.ts'
import { readPaymentMethodData } from './payment-methods.ts'

const common = {
  allowed_payment_method_types: list(text()),
  attach_to_self: flag,
  customer: text(),
  description: emptyable(text(1_000)),
  excluded_payment_method_types: emptyable(list(text())),
  metadata,
  payment_method: text(),
  payment_method_configuration: text(),
  payment_method_data: readPaymentMethodData,
  payment_method_options: anything,
  payment_method_types: list(text()),
}

const confirming = {
  confirmation_token: text(),
  mandate_data: anything,
  return_url: text(),
  use_stripe_sdk: flag,
}

export const setupCreateShape = fields({
  ...common,
  ...confirming,
  automatic_payment_methods: fields({ enabled: required(flag), allow_redirects: oneOf('always', 'never') }),
  confirm: flag,
  usage: oneOf('off_session', 'on_session'),
})
export const setupUpdateShape = fields(common)
export const setupConfirmShape = fields({
  ...confirming,
  payment_method: text(),
  payment_method_data: readPaymentMethodData,
  payment_method_options: anything,
})
export const setupCancelShape = fields({
  cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer'),
})

export type SetupCreateParams = NonNullable<ReadBy<typeof setupCreateShape>>
export type SetupUpdateParams = NonNullable<ReadBy<typeof setupUpdateShape>>
export type SetupConfirmParams = NonNullable<ReadBy<typeof setupConfirmShape>>

/** A new setup intent without a payment method; every field Stripe always sends is there. */
export const buildSetupIntent = (unit: Unit, params: SetupCreateParams): Stripe.SetupIntent => {
  const id = unit.newId('seti').replace('_3', '_1')
  const chosen = params.allowed_payment_method_types ?? params.payment_method_types ?? null
  const automatic =
    params.automatic_payment_methods ?? (chosen ? null : { enabled: true, allow_redirects: undefined })
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: (params.allowed_payment_method_types ??
      null) as Stripe.SetupIntent['allowed_payment_method_types'],
    application: null,
    automatic_payment_methods: automatic && {
      enabled: automatic.enabled,
      allow_redirects: automatic.allow_redirects ?? 'always',
    },
    cancellation_reason: null,
    client_secret: `${id}_secret_${unit.newId('s').slice(2)}`,
    created: unit.seconds,
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: (params.excluded_payment_method_types ??
      null) as Stripe.SetupIntent['excluded_payment_method_types'],
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: chosen ?? ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: params.usage ?? 'off_session',
  }
}
