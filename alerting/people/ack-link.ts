import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Notify } from '#core/notify.ts'

/** How long a link in a message opens its incident (knowledge: observability §1.5). */
export const LINK_LASTS_MS = 24 * 3_600_000

/** 160 bits: nobody guesses them, and a link stays short enough to be read. */
const DIGEST_HEX = 40
const RADIX = 36

/**
 * The parameter in which a link carries its key. Not `token`: a token of the API in a URL is refused at the door, and this
 * is none, for it opens one incident and nothing else.
 */
export const LINK_PARAMETER = 'key'

const digestOf = (secret: string, incidentId: string, seconds: number): string =>
  createHmac('sha256', secret)
    .update(`incident link\n${incidentId}\n${seconds}`)
    .digest('hex')
    .slice(0, DIGEST_HEX)

/** The key of a link to one incident that is good until `expires`: whoever has it may read and take that incident. */
export const ackTokenOf = (linkSecret: string, incidentId: string, expires: Date): string => {
  const seconds = Math.floor(expires.getTime() / 1_000)
  return `${seconds.toString(RADIX)}.${digestOf(linkSecret, incidentId, seconds)}`
}

/** What a key is worth: good, good once and too old now, or none of ours for this incident. */
export type LinkState = 'good' | 'expired' | 'wrong'

/** Judges a key that came with a request for `incidentId` at `now`; compares in constant time, whatever came. */
export const readAckToken = (linkSecret: string, incidentId: string, key: string, now: Date): LinkState => {
  const [, when = '', digest = ''] = /^([0-9a-z]{1,9})\.([0-9a-f]{40})$/.exec(key) ?? []
  const seconds = Number.parseInt(when, RADIX)
  const expected = digestOf(linkSecret, incidentId, Number.isNaN(seconds) ? 0 : seconds)
  const isOurs =
    digest.length === DIGEST_HEX && timingSafeEqual(Buffer.from(digest, 'hex'), Buffer.from(expected, 'hex'))
  if (!isOurs) return 'wrong'
  return now.getTime() < seconds * 1_000 ? 'good' : 'expired'
}

/** The two links of a message about an incident: to look at it, and to take it. Both are good for a day from `at`. */
export const incidentLinks = (
  notify: Pick<Notify, 'publicUrl' | 'linkSecret'>,
  incidentId: string,
  at: Date,
): { readonly url: string; readonly ackUrl: string } => {
  const key = ackTokenOf(notify.linkSecret, incidentId, new Date(at.getTime() + LINK_LASTS_MS))
  const base = `${notify.publicUrl}/alerts/${incidentId}`
  return { url: `${base}?${LINK_PARAMETER}=${key}`, ackUrl: `${base}/ack?${LINK_PARAMETER}=${key}` }
}
