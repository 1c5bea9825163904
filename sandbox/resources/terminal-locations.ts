import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { emptyable, fields, mergeMetadata, metadata, required, text } from '../http/readers.ts'
import type { Unit } from '../store/unit.ts'
import { address, showAddress } from './shipping.ts'

const path = '/v1/terminal/locations'

/** The stored location of an id in a parameter or the path; refuses an unknown one. */
export const locationOf = (call: Call, id: string, status: 400 | 404): Stripe.Terminal.Location => {
  const location = call.unit.get('terminal.location', id)
  if (!location) throw missing('location', id, 'location', status)
  return location
}

/** Adds a place where readers stand. */
export const createLocation = (
  unit: Unit,
  params: {
    address: Parameters<typeof showAddress>[0]
    display_name: string
    phone?: string | undefined
    metadata?: Record<string, string> | null | undefined
  },
): Stripe.Terminal.Location =>
  unit.put<Stripe.Terminal.Location>({
    id: unit.newId('tml'),
    object: 'terminal.location',
    address: showAddress(params.address),
    display_name: params.display_name,
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    ...(params.phone === undefined ? {} : { phone: params.phone }),
  })

const updateShape = fields({
  address,
  display_name: emptyable(text(1_000)),
  metadata,
  phone: emptyable(text()),
})

export const locationEndpoints: readonly Endpoint[] = [
  endpoint(
    'POST',
    path,
    fields({ address: required(address), display_name: required(text(1_000)), metadata, phone: text() }),
    (call, params) => createLocation(call.unit, params),
  ),
  endpoint('GET', path, pageFields({}), ({ view }, params) =>
    // A location tells no time of its making; its list is in the order of making all the same.
    page(
      view.rows('terminal.location').map((location) => ({ id: location.id, created: 0, location })),
      params,
      path,
      ({ location }) => location,
    ),
  ),
  endpoint('GET', `${path}/:id`, fields({}), (call) => locationOf(call, call.id, 404)),
  endpoint('POST', `${path}/:id`, updateShape, (call, params) => {
    const old = locationOf(call, call.id, 404)
    const { phone: oldPhone, ...rest } = old
    const phone = params.phone === undefined ? oldPhone : (params.phone ?? undefined)
    return call.unit.put<Stripe.Terminal.Location>({
      ...rest,
      address: params.address ? showAddress(params.address) : old.address,
      display_name: params.display_name ?? old.display_name,
      metadata: mergeMetadata(old.metadata, params.metadata),
      ...(phone === undefined ? {} : { phone }),
    })
  }),
  endpoint('DELETE', `${path}/:id`, fields({}), (call) => {
    const { id, object } = locationOf(call, call.id, 404)
    ;(call.unit.change.gone ??= []).push(id)
    return { id, object, deleted: true }
  }),
  endpoint('POST', '/v1/terminal/connection_tokens', fields({ location: text() }), (call, { location }) => ({
    object: 'terminal.connection_token',
    ...(location === undefined ? {} : { location: locationOf(call, location, 400).id }),
    secret: `pst_test_${call.unit.newId('s').slice(2)}`,
  })),
]
