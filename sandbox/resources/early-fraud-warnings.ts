import type Stripe from 'stripe'
import { endpoint } from '../http/answer.ts'
import type { Endpoint } from '../http/answer.ts'
import { missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { fields, text } from '../http/readers.ts'
import { idOf } from '../store/objects.ts'
import type { Unit } from '../store/unit.ts'

/** What an issuer may say of a fraud (the SDK's list). */
export const FRAUD_TYPES = [
  'card_never_received',
  'fraudulent_card_application',
  'made_with_counterfeit_card',
  'made_with_lost_card',
  'made_with_stolen_card',
  'misc',
  'unauthorized_use_of_card',
] as const

/** The issuer reports a charge as fraud; no money moves (stripe.md §6). Something can be done unless it is all refunded or disputed. */
export const warnOfFraud = (
  unit: Unit,
  charge: Stripe.Charge,
  fraud_type: (typeof FRAUD_TYPES)[number],
): Stripe.Radar.EarlyFraudWarning => {
  const warning = unit.put<Stripe.Radar.EarlyFraudWarning>({
    id: unit.newId('issfr').replace('_3', '_1'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: unit.seconds,
    fraud_type,
    livemode: false,
    ...(charge.payment_intent === null ? {} : { payment_intent: idOf(charge.payment_intent) ?? '' }),
  })
  unit.emit('radar.early_fraud_warning.created', warning)
  return warning
}

/** Nothing is left to be done about the warnings of a charge: it was refunded or disputed. */
export const lapseWarnings = (unit: Unit, charge: string): void => {
  for (const warning of unit.where('radar.early_fraud_warning', 'charge', charge)) {
    if (!warning.actionable) continue
    const lapsed = unit.put<Stripe.Radar.EarlyFraudWarning>({ ...warning, actionable: false })
    unit.emit('radar.early_fraud_warning.updated', lapsed, { actionable: true })
  }
}

const path = '/v1/radar/early_fraud_warnings'

export const earlyFraudWarningEndpoints: readonly Endpoint[] = [
  endpoint(
    'GET',
    path,
    pageFields({ charge: text(), payment_intent: text() }),
    ({ view, unit }, { charge, payment_intent: intent, ...params }) =>
      page(view.rows('radar.early_fraud_warning'), params, path, (warning) => {
        const fits =
          (charge === undefined || warning.charge === charge) &&
          (intent === undefined || warning.payment_intent === intent)
        return fits && !view.isHidden(warning) ? view.show(warning, unit.at_ms) : null
      }),
  ),
  endpoint('GET', `${path}/:id`, fields({}), ({ view, unit, id }) => {
    const warning = view.find('radar.early_fraud_warning', id, unit.at_ms)
    if (!warning) throw missing('early fraud warning', id, 'early_fraud_warning')
    return warning
  }),
]
