import { TillwatchError } from '../errors.ts'
import { containsPan } from './pan.ts'

const KEY_MAX = 255

/**
 * The Idempotency-Key of a money call: 1 to 255 printable ASCII characters. Throws `idempotency_key_required`,
 * `idempotency_key_invalid` or `pan_detected`: keys are stored.
 */
export const readIdempotencyKey = (header: string | undefined): string => {
  if (header === undefined || header === '') throw new TillwatchError('idempotency_key_required')
  if (header.length > KEY_MAX || !/^[\x20-\x7e]+$/.test(header))
    throw new TillwatchError('idempotency_key_invalid')
  if (containsPan(header)) throw new TillwatchError('pan_detected')
  return header
}
