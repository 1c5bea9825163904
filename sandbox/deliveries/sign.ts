import { createHmac } from 'node:crypto'
import type { EndpointSecrets } from '../store/change.ts'

/** The secrets that sign at an instant: the newest, and rolled ones until their overlap ends. */
export const activeSecrets = (stored: EndpointSecrets | undefined, atMs: number): string[] =>
  (stored?.secrets ?? [])
    .filter(({ until_ms }) => until_ms === null || until_ms > atMs)
    .map(({ secret }) => secret)

/** Value of `Stripe-Signature`: t in seconds and one v1 per secret over `t.body` (stripe.md §4). */
export const signatureHeader = (body: string, secrets: readonly string[], atMs: number): string => {
  const t = Math.floor(atMs / 1000)
  const sign = (secret: string) => createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  return [`t=${t}`, ...secrets.map((secret) => `v1=${sign(secret)}`)].join(',')
}
