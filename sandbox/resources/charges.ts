import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import type { ReadBy } from '../http/readers.ts'
import { emptyable, fields, mergeMetadata, metadata, oneOf, text } from '../http/readers.ts'
import { readShipping, showShipping } from './shipping.ts'

/** The stored charge of the path; 404 when there is none or an edit removed it. */
const loadCharge = (call: Call): Stripe.Charge => {
  const charge = call.unit.get('charge', call.id)
  if (!charge || call.view.isHidden(charge)) throw missing('charge', call.id, 'id')
  return charge
}

const updateShape = fields({
  description: emptyable(text()),
  fraud_details: fields({ user_report: oneOf('', 'fraudulent', 'safe') }),
  metadata,
  receipt_email: emptyable(text()),
  shipping: readShipping,
  transfer_group: text(),
})

/** The named fields that differ, as they were: what an update event tells besides the object. */
const previous = <T extends object>(old: T, changed: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(old).filter(([key, value]) => {
      const now = (changed as Record<string, unknown>)[key]
      return JSON.stringify(now) !== JSON.stringify(value)
    }),
  ) as Partial<T>

const updateCharge = (call: Call, params: NonNullable<ReadBy<typeof updateShape>>): object => {
  const charge = loadCharge(call)
  const { description, receipt_email, fraud_details } = params
  const shipping = showShipping(params.shipping) as Stripe.Charge.Shipping | null | undefined
  const report = fraud_details?.user_report
  const updated = call.unit.put<Stripe.Charge>({
    ...charge,
    description: description === undefined ? charge.description : description,
    fraud_details: report === undefined ? charge.fraud_details : report === '' ? {} : { user_report: report },
    metadata: mergeMetadata(charge.metadata, params.metadata),
    receipt_email: receipt_email === undefined ? charge.receipt_email : receipt_email,
    shipping: shipping === undefined ? charge.shipping : shipping,
    transfer_group: params.transfer_group ?? charge.transfer_group,
  })
  const before = previous(charge, updated)
  if (Object.keys(before).length > 0) call.unit.emit('charge.updated', updated, before)
  return call.view.show(updated, call.unit.at_ms)
}

export const chargeEndpoints: readonly Endpoint[] = [
  endpoint(
    'GET',
    '/v1/charges',
    pageFields({ customer: text(), payment_intent: text(), transfer_group: text() }),
    ({ view, unit }, params) => {
      const { payment_intent: intent } = params
      const rows =
        intent === undefined
          ? view.rows('charge')
          : view.where('charge', 'payment_intent', intent, unit.at_ms)
      return page(rows, params, '/v1/charges', (charge) => {
        const fits =
          (params.customer === undefined || charge.customer === params.customer) &&
          (params.transfer_group === undefined || charge.transfer_group === params.transfer_group)
        return fits && !view.isHidden(charge) ? view.show(charge, unit.at_ms) : null
      })
    },
  ),
  endpoint('GET', '/v1/charges/:id', fields({}), ({ view, unit, id }) => {
    const charge = view.find('charge', id, unit.at_ms)
    if (!charge) throw missing('charge', id, 'id')
    return charge
  }),
  endpoint('POST', '/v1/charges/:id', updateShape, updateCharge),
]
