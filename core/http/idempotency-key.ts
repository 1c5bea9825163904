import { TillwatchError } from '../errors.ts'

const KEY_MAX = 255

/**
 * The Idempotency-Key of a money call: 1 to 255 printable ASCII characters. Throws `idempotency_key_required` or
 * `idempotency_key_invalid`.
 */
export const readIdempotencyKey = (header: string | undefined): string => {
  if (header === undefined || header === '') throw new TillwatchError('idempotency_key_required')
  if (header.length > KEY_MAX || !/^[\x20-\x7e]+$/.test(header))
    throw new TillwatchError('idempotency_key_invalid')
  return header
}
