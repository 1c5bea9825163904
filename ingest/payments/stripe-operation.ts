import type { Db } from '#core/postgres/db.ts'
import type { Deps } from '#core/service.ts'
import type { StripePoint } from '../domain/idempotency.ts'
import type { StripeFailure } from '../domain/stripe-failure.ts'
import type { RecordedBy } from '../record/recorded-by.ts'
import type { StartedKey } from './idempotency-keys.ts'
import type { KeptAnswer } from './payment-answer.ts'
import type { Settlement } from './payment-records.ts'

/** A refusal that is final, or a call that was never made. */
export type DefiniteFailure = Extract<StripeFailure, { kind: 'declined' | 'refused' | 'not_sent' }>

/** Where an answer goes and what it may show. */
export interface AnswerAbout {
  readonly role: string
  readonly requestId: string
}

/**
 * One kind of call to Stripe, in the pieces that a first run, a repetition and the completer put together. `Subject` is our
 * row, `Thing` is Stripe's object.
 */
export interface StripeOperation<Subject, Thing extends { readonly livemode?: boolean }> {
  readonly point: StripePoint
  load(db: Db, objectId: string): Promise<Subject>
  /** Id of Stripe's object when we know it. */
  knownId(subject: Subject): string | null
  /** The call itself, under a key made from ours: the same whoever sends it. */
  send(deps: Deps, subject: Subject, started: StartedKey, stripeKey: string): Promise<Thing>
  /** Asks for the object that we know the id of. */
  read(deps: Deps, id: string): Promise<Thing>
  /** Looks through Stripe's lists for the object of ours; null when Stripe has none. */
  lookUp(deps: Deps, subject: Subject): Promise<Thing | null>
  /** What the object says otherwise than was asked for, or null: then nothing is recorded (reliability.md row 22). */
  mismatch(subject: Subject, thing: Thing, started: StartedKey | null, livemode: boolean): string | null
  /** Our payment that the call is about. */
  paymentId(subject: Subject): string
  record(deps: Deps, db: Db, thing: Thing, by: RecordedBy): Promise<void>
  /** `record` and `answer` in a form that is committed together with those of other calls; only where it is about a payment. */
  settlement?(thing: Thing, by: RecordedBy, about: AnswerAbout): Pick<Settlement, 'report' | 'answer'>
  /** Writes that it came to nothing. */
  fail(
    deps: Deps,
    db: Db,
    subject: Subject,
    failure: DefiniteFailure,
    by: RecordedBy,
    stripeKey: string,
  ): Promise<void>
  /** The answer in the subject's present state; undefined while the outcome is unknown. */
  answer(subject: Subject, thing: Thing | null, about: AnswerAbout): KeptAnswer | undefined
  refused(subject: Subject, failure: { code: string; message: string }, about: AnswerAbout): KeptAnswer
  /** 202: where to look for the outcome. */
  pending(subject: Subject, about: AnswerAbout): { readonly body: unknown; readonly location: string }
}
