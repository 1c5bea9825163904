import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import type { Machine } from '../env.ts'
import { internalFailure, StripeFailure } from '../http/errors.ts'
import type { CallRule } from './rule.ts'

/** The refusal a call gets in place of being done, or null when this fault is none. Never stored under a key. */
export const refusalOf = (rule: CallRule | null, key: string | undefined): StripeFailure | null => {
  switch (rule?.kind) {
    case 'error_500':
      return internalFailure()
    case 'rate_limit':
      return new StripeFailure(
        429,
        {
          code: 'rate_limit',
          message:
            'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
          type: 'invalid_request_error',
        },
        { 'stripe-rate-limited-reason': rule.reason },
      )
    case 'lock_timeout':
      return new StripeFailure(429, {
        code: 'lock_timeout',
        message:
          'This object cannot be accessed right now because another API request or Stripe process is currently accessing it.',
        type: 'invalid_request_error',
      })
    case 'conflict':
      return new StripeFailure(409, {
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this Idempotent Key: ${key ?? ''}`,
        type: 'idempotency_error',
      })
    default:
      return null
  }
}

/** True for a fault that severs the connection before anything was done. */
export const seversBefore = (rule: CallRule | null): boolean =>
  rule?.kind === 'timeout_before' || (rule?.kind === 'reset' && rule.when === 'before')

/** True for a fault that lets the call be done and then withholds its answer, wholly or in part. */
export const seversAfter = (rule: CallRule | null): boolean =>
  rule?.kind === 'timeout_after' ||
  rule?.kind === 'truncated' ||
  (rule?.kind === 'reset' && rule.when === 'after')

/**
 * Ends the connection without a whole answer: a time-out is held for its machine time first, a reset is at once, a
 * truncated answer promises its full length and breaks off half way.
 */
export const sever = async (
  context: Context,
  rule: CallRule,
  machine: Machine,
  answer: Response | null,
): Promise<Response> => {
  const { incoming, outgoing } = context.env as HttpBindings
  if (rule.kind === 'timeout_before' || rule.kind === 'timeout_after') {
    await held(machine, rule.hold_ms, outgoing)
    incoming.socket.destroy()
  } else if (rule.kind === 'reset') {
    incoming.socket.resetAndDestroy()
  } else if (answer) {
    const body = Buffer.from(await answer.arrayBuffer())
    const headers = { ...Object.fromEntries(answer.headers), 'content-length': String(body.length) }
    outgoing.writeHead(answer.status, headers)
    await new Promise<void>((resolve) => outgoing.write(body.subarray(0, body.length >> 1), () => resolve()))
    incoming.socket.destroy()
  }
  return RESPONSE_ALREADY_SENT
}

/** Waits in machine time; no longer than the caller does. */
const held = (machine: Machine, ms: number, outgoing: HttpBindings['outgoing']): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      cancel()
      outgoing.off('close', end)
      resolve()
    }
    const cancel = machine.timer(ms, end)
    outgoing.once('close', end)
  })
