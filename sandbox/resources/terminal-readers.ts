import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import type { ReadBy } from '../http/readers.ts'
import { emptyable, fields, mergeMetadata, metadata, required, text } from '../http/readers.ts'
import type { ReaderPlay } from '../store/objects.ts'
import type { Unit } from '../store/unit.ts'
import { createLocation, locationOf } from './terminal-locations.ts'

type Reader = Stripe.Terminal.Reader

const path = '/v1/terminal/readers'

/** Registration codes of Stripe's simulated readers. */
const SIMULATED: Readonly<Record<string, Reader['device_type']>> = {
  'simulated-wpe': 'simulated_wisepos_e',
  'simulated-s700': 'simulated_stripe_s700',
  'simulated-s710': 'simulated_stripe_s710',
  'simulated-vp630': 'simulated_verifone_p630',
}

const PLAY: Omit<ReaderPlay, 'id' | 'object'> = {
  auto: false,
  after_ms: 2_000,
  number: '4242424242424242',
  physical: false,
  next: null,
  doing: null,
  authorizing: false,
  collected: null,
}

/** How the simulated customer at a reader behaves. */
export const playOf = (unit: Unit, reader: string): ReaderPlay =>
  unit.get('reader_play', `play_${reader}`) ?? { id: `play_${reader}`, object: 'reader_play', ...PLAY }

/** The stored reader of the path; 404 when there is none. */
export const loadReader = (call: Call): Reader => {
  const reader = call.unit.get('terminal.reader', call.id)
  if (!reader) throw missing('reader', call.id, 'reader')
  return reader
}

type NewReader = {
  registration_code: string
  label?: string | undefined
  location: string | null
  metadata?: Record<string, string> | null | undefined
}

/** Registers a simulated reader; refuses every code but those of Stripe's simulated ones. */
export const createReader = (unit: Unit, params: NewReader): Reader => {
  const device_type = SIMULATED[params.registration_code]
  if (device_type === undefined)
    throw invalid('That registration code is not recognized. This sandbox has simulated readers only.', {
      param: 'registration_code',
    })
  const id = unit.newId('tmr')
  return unit.put<Reader>({
    id,
    object: 'terminal.reader',
    action: null,
    device_sw_version: '',
    device_type,
    ip_address: '0.0.0.0',
    label: params.label ?? `Simulated reader ${id.slice(-4)}`,
    last_seen_at: unit.at_ms,
    livemode: false,
    location: params.location,
    metadata: mergeMetadata({}, params.metadata),
    serial_number: `SANDBOX-${id.slice(-10)}`,
    status: 'online',
  })
}

/** What a fresh sandbox has: one shop with two counters, so that a till can sell without setting anything up. */
export const createCounters = (unit: Unit, country: string): void => {
  const place = { city: 'London', country, line1: '1 High Street', postal_code: 'E1 1AA' }
  const { id: location } = createLocation(unit, {
    address: { ...place, line2: undefined, state: undefined },
    display_name: 'Sandbox shop',
    metadata: { sandbox: 'default' },
  })
  for (const counter of ['1', '2'])
    createReader(unit, {
      registration_code: 'simulated-wpe',
      label: `Counter ${counter}`,
      location,
      metadata: { sandbox: 'default', counter },
    })
}

const filters = pageFields({ device_type: text(), location: text(), serial_number: text(), status: text() })

const listReaders = ({ view }: Call, params: NonNullable<ReadBy<typeof filters>>): object => {
  // A reader tells no time of its making; its list is in the order of making all the same.
  const rows = view.rows('terminal.reader').map((reader) => ({ id: reader.id, created: 0, reader }))
  const names = ['device_type', 'location', 'serial_number', 'status'] as const
  return page(rows, params, path, ({ reader }) =>
    names.every((name) => params[name] === undefined || reader[name] === params[name]) ? reader : null,
  )
}

const createShape = fields({
  label: text(),
  location: text(),
  metadata,
  registration_code: required(text()),
})

export const readerEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, createShape, (call, params) => {
    const { location } = params
    const place = location === undefined ? null : locationOf(call, location, 400).id
    return createReader(call.unit, { ...params, location: place })
  }),
  endpoint('GET', path, filters, listReaders),
  endpoint('GET', `${path}/:id`, fields({}), loadReader),
  endpoint('POST', `${path}/:id`, fields({ label: emptyable(text()), metadata }), (call, params) => {
    const reader = loadReader(call)
    return call.unit.put<Reader>({
      ...reader,
      label: params.label === undefined ? reader.label : (params.label ?? ''),
      metadata: mergeMetadata(reader.metadata, params.metadata),
    })
  }),
  endpoint('DELETE', `${path}/:id`, fields({}), (call) => {
    const { id, object, device_type, serial_number } = loadReader(call)
    ;(call.unit.change.gone ??= []).push(id)
    ;(call.unit.change.done ??= []).push(`reader:${id}`)
    return { id, object, deleted: true, device_type, serial_number }
  }),
]
