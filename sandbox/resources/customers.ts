import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import type { ReadBy } from '../http/readers.ts'
import { anything, emptyable, fields, list, mergeMetadata, metadata, oneOf, text } from '../http/readers.ts'
import type { StoredCustomer } from '../store/objects.ts'
import type { Unit } from '../store/unit.ts'
import { previously } from './previously.ts'
import { address, readShipping, showAddress, showShipping } from './shipping.ts'

const shape = {
  address: emptyable(address),
  business_name: emptyable(text(150)),
  description: emptyable(text()),
  email: emptyable(text(512)),
  individual_name: emptyable(text(150)),
  invoice_prefix: text(12),
  invoice_settings: anything,
  metadata,
  name: emptyable(text(256)),
  phone: emptyable(text(20)),
  preferred_locales: list(text(), 10),
  shipping: readShipping,
  tax_exempt: oneOf('none', 'exempt', 'reverse'),
}
const createShape = fields({ ...shape, payment_method: text() })
const updateShape = fields(shape)
type Params = NonNullable<ReadBy<typeof updateShape>>

/** A customer as it is now; throws 404, or 400 where a parameter names it. */
export const customerOf = (
  unit: Unit,
  id: string,
  status: 400 | 404 = 400,
  param = 'customer',
): StoredCustomer => {
  const customer = unit.get('customer', id)
  if (!customer || (customer.deleted && status === 400)) throw missing('customer', id, param, status)
  return customer
}

/** What is left to see of a customer that was deleted. */
export const showDeleted = ({ id }: { id: string }): Stripe.DeletedCustomer => ({
  id,
  object: 'customer',
  deleted: true,
})

const changed = (old: StoredCustomer, params: Params): StoredCustomer => {
  const pick = <T>(value: T | undefined, kept: T): T => (value === undefined ? kept : value)
  const shipping = showShipping(params.shipping) as Stripe.Customer.Shipping | null | undefined
  return {
    ...old,
    address:
      params.address === undefined ? (old.address ?? null) : params.address && showAddress(params.address),
    description: pick(params.description, old.description),
    email: pick(params.email, old.email),
    metadata: mergeMetadata(old.metadata, params.metadata),
    name: pick(params.name, old.name ?? null),
    phone: pick(params.phone, old.phone ?? null),
    preferred_locales: params.preferred_locales ?? old.preferred_locales ?? [],
    shipping: pick(shipping, old.shipping),
    tax_exempt: params.tax_exempt ?? old.tax_exempt ?? 'none',
  }
}

const build = (unit: Unit): StoredCustomer => ({
  id: unit.newId('cus').replace('_3', '_S').slice(0, 18),
  object: 'customer',
  address: null,
  balance: 0,
  created: unit.seconds,
  currency: null,
  customer_account: null,
  default_source: null,
  delinquent: false,
  description: null,
  discount: null,
  email: null,
  invoice_prefix: unit.newId('i').slice(3, 11).toUpperCase(),
  invoice_settings: {
    custom_fields: null,
    default_payment_method: null,
    footer: null,
    rendering_options: null,
  },
  livemode: false,
  metadata: {},
  name: null,
  next_invoice_sequence: 1,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: 'none',
  test_clock: null,
})

const update = ({ unit, id }: Call, params: Params): object => {
  const old = customerOf(unit, id, 404, 'id')
  if (old.deleted) throw missing('customer', id, 'id')
  const updated = unit.put(changed(old, params))
  unit.emit('customer.updated', updated, previously(old, updated))
  return updated
}

const remove = ({ unit, id, store }: Call): object => {
  const old = customerOf(unit, id, 404, 'id')
  if (old.deleted) throw missing('customer', id, 'id')
  unit.put<StoredCustomer>({ ...old, deleted: true })
  unit.emit('customer.deleted', old)
  for (const method of store.state.tables.payment_method.rows) {
    if (method.customer === id) unit.put({ ...method, customer: null })
  }
  return showDeleted(old)
}

const path = '/v1/customers'

export const customerEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, createShape, ({ unit }, params) => {
    const created = unit.put(changed(build(unit), params))
    unit.emit('customer.created', created)
    return created
  }),
  endpoint('GET', path, pageFields({ email: text() }), ({ view }, params) =>
    page(view.rows('customer'), params, path, (customer) => {
      const fits = params.email === undefined || customer.email === params.email
      return fits && !customer.deleted ? customer : null
    }),
  ),
  endpoint('GET', `${path}/:id`, fields({}), ({ unit, id }) => {
    const customer = customerOf(unit, id, 404, 'id')
    return customer.deleted ? showDeleted(customer) : customer
  }),
  endpoint('POST', `${path}/:id`, updateShape, update),
  endpoint('DELETE', `${path}/:id`, fields({}), remove),
  endpoint(
    'GET',
    `${path}/:id/payment_methods`,
    pageFields({ allow_redisplay: text(), type: text() }),
    ({ view, unit, id }, params) => {
      customerOf(unit, id, 404)
      return page(view.rows('payment_method'), params, `${path}/${id}/payment_methods`, (method) => {
        const fits =
          method.customer === id &&
          (params.type === undefined || method.type === params.type) &&
          (params.allow_redisplay === undefined || method.allow_redisplay === params.allow_redisplay)
        return fits ? method : null
      })
    },
  ),
]
