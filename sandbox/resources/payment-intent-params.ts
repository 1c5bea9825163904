import { invalid } from '../http/errors.ts'
import type { RawTree } from '../http/form.ts'
import {
  anything,
  emptyable,
  fields,
  flag,
  integer,
  list,
  metadata,
  oneOf,
  required,
  text,
} from '../http/readers.ts'
import type { ReadBy } from '../http/readers.ts'
import { refusesPaymentMethodTypes } from '../http/versions.ts'
import { readPaymentMethodData } from './payment-methods.ts'
import { readShipping } from './shipping.ts'

const captureMethod = oneOf('automatic', 'automatic_async', 'manual')

/** Parameters of create, update and confirm alike. */
const common = {
  allowed_payment_method_types: list(text()),
  amount_details: anything,
  capture_method: captureMethod,
  customer: text(),
  customer_account: text(),
  description: emptyable(text(1_000)),
  excluded_payment_method_types: emptyable(list(text())),
  hooks: anything,
  metadata,
  payment_details: anything,
  payment_method: text(),
  payment_method_configuration: text(),
  payment_method_data: readPaymentMethodData,
  payment_method_options: anything,
  payment_method_types: list(text()),
  receipt_email: emptyable(text(800)),
  setup_future_usage: emptyable(oneOf('off_session', 'on_session')),
  shipping: readShipping,
  statement_descriptor: emptyable(text(22)),
  statement_descriptor_suffix: emptyable(text(22)),
  transfer_group: text(),
}

const confirming = {
  confirmation_token: text(),
  error_on_requires_action: flag,
  mandate: text(),
  mandate_data: anything,
  off_session: oneOf('true', 'false', 'one_off', 'recurring'),
  radar_options: anything,
  return_url: text(),
  use_stripe_sdk: flag,
}

const automatic = fields({ enabled: required(flag), allow_redirects: oneOf('always', 'never') })

export const createShape = fields({
  ...common,
  ...confirming,
  amount: required(integer(1)),
  currency: required(text(3)),
  automatic_payment_methods: automatic,
  confirm: flag,
  confirmation_method: oneOf('automatic', 'manual'),
})
export const updateShape = fields({ ...common, amount: integer(1), currency: text(3) })
export const confirmShape = fields({ ...common, ...confirming, amount_to_confirm: integer(1) })
export const captureShape = fields({
  amount_details: anything,
  amount_to_capture: integer(1),
  final_capture: flag,
  hooks: anything,
  metadata,
  payment_details: anything,
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
})
export const cancelShape = fields({
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
})

export type CreateParams = NonNullable<ReadBy<typeof createShape>>
export type UpdateParams = NonNullable<ReadBy<typeof updateShape>>
export type CaptureParams = NonNullable<ReadBy<typeof captureShape>>
export type ConfirmParams = NonNullable<ReadBy<typeof confirmShape>>

/** Since 2026-09-30 `payment_method_types` may not be sent (changelog endive); older callers still may. */
export const refuseTypes = (raw: RawTree, version: string | null): void => {
  if (raw.payment_method_types === undefined || !refusesPaymentMethodTypes(version)) return
  throw invalid(
    'The payment_method_types parameter is no longer supported. Use allowed_payment_method_types or automatic_payment_methods.',
    { code: 'payment_method_types_no_longer_supported', param: 'payment_method_types' },
  )
}

/** Refuses settings for allowed methods that exclude each other. */
export const refuseExclusive = (params: CreateParams): void => {
  if (!params.allowed_payment_method_types) return
  const others = [
    'automatic_payment_methods',
    'excluded_payment_method_types',
    'payment_method_configuration',
  ] as const
  const other = others.find((name) => params[name] !== undefined)
  if (!other) return
  throw invalid(`You may only specify one of these parameters: allowed_payment_method_types, ${other}.`, {
    code: 'parameters_exclusive',
    param: 'allowed_payment_method_types',
  })
}
