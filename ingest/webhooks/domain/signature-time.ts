/** Most seconds between the signing of a delivery and its arrival, in either direction. */
export const SKEW_MAX_S = 300

/** The one `t=` of a Stripe-Signature header in seconds since the epoch; undefined when there is none, or more than one. */
export const signedAtOf = (header: string): number | undefined => {
  const times = [...header.matchAll(/(?:^|,)\s*t=([^,]*)/g)].map((match) => match[1] ?? '')
  const [only] = times
  return times.length === 1 && only !== undefined && /^\d{1,12}$/.test(only) ? Number(only) : undefined
}

/**
 * True when the delivery was signed at most 300 s before or after `now`. Stripe's SDK refuses only old ones: a captured
 * secret could sign into the future (stripe.md section 4).
 */
export const isSignedInTime = (header: string, now: Date): boolean => {
  const signedAt = signedAtOf(header)
  return signedAt !== undefined && Math.abs(Math.floor(now.getTime() / 1000) - signedAt) <= SKEW_MAX_S
}
