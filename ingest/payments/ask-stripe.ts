import { createHash } from 'node:crypto'
import type { Deps } from '#core/service.ts'
import { ABSENT_MS_MIN, decideResume, RESEND_MS_MAX } from '../domain/idempotency.ts'
import { callStripe, type StripeOutcome } from './call-stripe.ts'
import type { StartedKey } from './idempotency-keys.ts'
import type { StripeOperation } from './stripe-operation.ts'

/** A call to Stripe as it is asked for now: for the first time, or after an earlier run that may have reached Stripe. */
export interface Asking {
  readonly started: StartedKey
  readonly resumed: boolean
}

/** What Stripe said. `nothingMore`: an object that does not show the call's effect now never will. */
export type Asked<Thing> = StripeOutcome<Thing> & { readonly nothingMore?: true }

/**
 * Stripe's key of a call: the same for everyone who takes the call up, another for every call of ours. A key of ours that was
 * free again, because nothing had been done, is a new call.
 */
export const stripeKeyOf = (started: StartedKey): string => {
  const { key, object_id: objectId, recovery_point: point, created_at: since } = started
  const digest = createHash('sha256').update(`${key}\n${since.toISOString()}`).digest('hex').slice(0, 16)
  return `tw_${objectId}_${point}_${digest}`
}

/** Looks through Stripe's lists; `never_arrived` when they do not have it. */
const lookUp = async <Subject, Thing extends { readonly livemode?: boolean }>(
  deps: Deps,
  operation: StripeOperation<Subject, Thing>,
  subject: Subject,
): Promise<Asked<Thing>> => {
  const found = await callStripe(deps, () => operation.lookUp(deps, subject))
  if (found.kind !== 'done') return { kind: 'unknown' }
  if (found.object === null) return { kind: 'not_sent', failureClass: 'provider', code: 'never_arrived' }
  return { kind: 'done', object: found.object, nothingMore: true }
}

/** A list that does not show it proves nothing by itself. */
const onlyIfFound = <Thing>(asked: Asked<Thing>): Asked<Thing> =>
  asked.kind === 'done' ? asked : { kind: 'unknown' }

const resend = async <Subject, Thing extends { readonly livemode?: boolean }>(
  deps: Deps,
  operation: StripeOperation<Subject, Thing>,
  subject: Subject,
  asking: Asking,
  ageMs: number,
): Promise<Asked<Thing>> => {
  const outcome = await callStripe(deps, () =>
    operation.send(deps, subject, asking.started, stripeKeyOf(asking.started)),
  )
  if (outcome.kind === 'key_taken') return onlyIfFound(await lookUp(deps, operation, subject))
  if (!asking.resumed) return outcome
  // That it did not arrive this time says nothing of the time before.
  if (outcome.kind === 'not_sent') return { kind: 'unknown' }
  if (outcome.kind !== 'unknown') return outcome
  // Stripe keeps a 500 under the key and answers it for ever, done or not (stripe.md §3): its lists know better. That they
  // do not show it yet proves nothing; that they do not an hour later does, once Stripe itself has said that it is over.
  const found = await lookUp(deps, operation, subject)
  if (outcome.saidSo && ageMs >= ABSENT_MS_MIN) return found
  if (found.kind !== 'done') return { kind: 'unknown' }
  return outcome.saidSo ? found : { kind: 'done', object: found.object }
}

/**
 * Makes the call, or takes it up: sends it under the same key, reads the object that it made, or looks for it. Nothing is sent
 * once Stripe may have forgotten the key (reliability.md rows 17, 20). Knows no more than Stripe says: `unknown` is no end.
 */
export const askStripe = async <Subject, Thing extends { readonly livemode?: boolean }>(
  deps: Deps,
  operation: StripeOperation<Subject, Thing>,
  subject: Subject,
  asking: Asking,
): Promise<Asked<Thing>> => {
  const id = operation.knownId(subject)
  const ageMs = deps.env.clock.now().getTime() - asking.started.created_at.getTime()
  const how = asking.resumed ? decideResume(operation.point, id !== null, ageMs) : 'send'
  if (how === 'send') return resend(deps, operation, subject, asking, ageMs)
  if (how === 'look_up' || id === null) return lookUp(deps, operation, subject)
  const read = await callStripe(deps, () => operation.read(deps, id))
  // That the object cannot be read tells nothing about the call itself.
  if (read.kind !== 'done') return { kind: 'unknown' }
  return ageMs > RESEND_MS_MAX ? { ...read, nothingMore: true } : read
}
