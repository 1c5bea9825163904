import { z } from '@hono/zod-openapi'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { readBytes } from '#core/http/read-body.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { applyPagerEvent } from '../pager/apply-event.ts'
import { readPagerEvent } from '../pager/read-event.ts'
import { isSignedByPager } from '../pager/verify-signature.ts'

/** Far above any event of a pager's. */
const BYTES_MAX = 256 * 1024

/** `POST /payments/webhooks/pagerduty`: what people do in the pager, signed by it; without token and base. */
export const addPagerWebhook = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/payments/webhooks/pagerduty',
      summary: "PagerDuty's webhooks, version 3: an incident was taken, given back or closed there",
      allow: 'public',
      scope: 'shop',
      unlimited: true,
      ownBody: true,
      answers: { 200: z.strictObject({ result: z.enum(['done', 'duplicate', 'ignored']) }) },
      errors: [
        'payload_too_large',
        'signature_invalid',
        'malformed_json',
        'invalid_utf8',
        'duplicate_json_key',
        'forbidden_key',
        'too_complex',
        'metadata_invalid',
        'validation_failed',
      ],
    },
    async ({ context, facts }) => {
      const body = await readBytes(context, BYTES_MAX)
      const header = context.req.header('x-pagerduty-signature') ?? ''
      if (!isSignedByPager(body, header, deps.notify.pagerWebhookSecrets)) {
        deps.metrics.webhookSignatureFailures.inc({ source: 'pagerduty' })
        throw new TillwatchError('signature_invalid', 'The delivery is not signed by PagerDuty for us.')
      }
      const event = readPagerEvent(body)
      const result = await applyPagerEvent(deps, event)
      Object.assign(facts.log, { event: event.id, type: event.type, result })
      return { status: 200, body: { result } }
    },
  )
