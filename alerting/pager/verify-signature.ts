import { createHmac, timingSafeEqual } from 'node:crypto'

/** More signatures than a pager with two secrets ever sends; the rest is not looked at. */
const SIGNATURES_MAX = 10

const SIGNATURE = /^v1=([0-9a-f]{64})$/

/**
 * True when `header` (`v1=<hex>,v1=<hex>`) holds an HMAC-SHA256 of the raw `body` by one of `secrets`: any of them with any
 * of these (PagerDuty, "Verifying webhook signatures"). Compares in constant time; without a secret nothing is true.
 */
export const isSignedByPager = (body: Uint8Array, header: string, secrets: readonly string[]): boolean => {
  const given = header
    .split(',', SIGNATURES_MAX)
    .map((part) => SIGNATURE.exec(part.trim())?.[1])
    .filter((digest) => digest !== undefined)
    .map((digest) => Buffer.from(digest, 'hex'))
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(body).digest())
  return expected.some((digest) => given.some((other) => timingSafeEqual(digest, other)))
}
