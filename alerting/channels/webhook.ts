import { createHmac } from 'node:crypto'
import { webhookBodyOf } from '../messages/webhook-body.ts'
import type { Channel } from './channel.ts'
import { postJson, type Fetch } from './post-json.ts'

/** The header in which a receiver finds when the message was signed and with what. */
export const SIGNATURE_HEADER = 'x-tillwatch-signature'

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, as Stripe signs its deliveries. */
export const signatureOf = (body: string, secret: string, at: Date): string => {
  const seconds = Math.floor(at.getTime() / 1_000)
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${digest}`
}

/** Where a generic webhook goes and how its messages are signed. */
export interface WebhookTarget {
  readonly url: string
  readonly secret: string
  readonly externalUrl: string
}

/** A webhook that speaks as Alertmanager does, signed. `now` is the instant of the signature. */
export const openWebhook = (fetch: Fetch, target: WebhookTarget, now: () => Date): Channel => ({
  name: 'webhook',
  send: async (notice, contact, signal) => {
    const body = JSON.stringify(webhookBodyOf(notice, contact, target.externalUrl))
    const headers = { [SIGNATURE_HEADER]: signatureOf(body, target.secret, now()) }
    return postJson(fetch, target.url, body, headers, signal)
  },
})
