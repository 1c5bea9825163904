import { TypeID } from 'typeid-js'
import type { Env } from './env.ts'

/** Prefix of every id that the platform makes, by what it names. */
export const ID_PREFIX = {
  sale: 'sale',
  payment: 'pay',
  refund: 'rfd',
  journalEntry: 'jrn',
  event: 'evn',
  request: 'req',
  run: 'run',
  exception: 'exc',
  certificate: 'crt',
  token: 'tok',
  note: 'note',
  approval: 'apr',
  readerAction: 'ract',
  alertDelivery: 'adl',
  receiptMail: 'rcm',
  incident: 'inc',
  silence: 'sil',
  heldMessage: 'hld',
  digest: 'dig',
  engine: 'eng',
  process: 'prc',
  person: 'per',
  session: 'ses',
  device: 'dev',
  invitation: 'inv',
  review: 'rev',
  audit: 'aud',
  view: 'view',
} as const

/** A prefixed id that sorts by time (UUID v7 in base 32): the clock's milliseconds, then 74 random bits. */
export const newId = (env: Pick<Env, 'clock' | 'random'>, kind: keyof typeof ID_PREFIX): string => {
  const bytes = Uint8Array.from(env.random.bytes(16))
  const view = new DataView(bytes.buffer)
  const milliseconds = env.clock.now().getTime()
  view.setUint32(0, Math.floor(milliseconds / 2 ** 16))
  view.setUint16(4, milliseconds % 2 ** 16)
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f))
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f))
  return TypeID.fromUUIDBytes(ID_PREFIX[kind], bytes).toString()
}

/** A trace id of 32 hex digits as W3C trace context writes it. */
export const newTraceId = (env: Pick<Env, 'random'>): string =>
  Buffer.from(env.random.bytes(16)).toString('hex')
