import { codeOf, invariant } from '#core/errors.ts'
import type { RouteAnswer } from '#core/http/route-spec.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { nextLookAt, type RecoveryPoint } from '../domain/idempotency.ts'
import type { RecordedBy } from '../record/recorded-by.ts'
import { notSentError } from '../readers/reader-actions.ts'
import { askStripe, stripeKeyOf } from './ask-stripe.ts'
import { claimKey, finishKey, type Claim, type MoneyCall, type StartedKey } from './idempotency-keys.ts'
import type { KeyOwner } from './key-owner.ts'
import type { LockedPaymentRow } from './lock-payment.ts'
import { parkMoneyCall } from './park-payment.ts'
import type { KeptAnswer } from './payment-answer.ts'
import type { PaymentRecords } from './payment-records.ts'
import { enterKey, inTurn, type RunningKeys } from './while-running.ts'
import type { AnswerAbout, DefiniteFailure, StripeOperation } from './stripe-operation.ts'

const letGo = loadSql(import.meta.url, '../sql/idempotency_key_let_go.sql')
const releaseKey = loadSql(import.meta.url, '../sql/idempotency_key_release.sql')

/** What money calls of this process share. */
export interface MoneyCalls {
  readonly deps: Deps
  readonly owner: KeyOwner
  /** Where what Stripe did is written, many calls in one commit. */
  readonly records: PaymentRecords
  readonly running: RunningKeys
  /** Claims of one key, one after the other. */
  readonly turns: Map<string, Promise<void>>
}

/** What the first database transaction made: something to call Stripe about, or already the answer. */
export type Prepared<Subject> = (
  | { readonly kind: 'begun'; readonly subject: Subject }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
) & {
  /** The payment as it was locked, of a call that changes one: for the audit trail. */
  readonly before?: LockedPaymentRow
}

/** How far one run of an operation knows what it does. */
export interface Run {
  readonly started: StartedKey
  readonly by: RecordedBy
  readonly about: AnswerAbout
  /** An earlier run may have reached Stripe. */
  readonly resumed: boolean
  /** Who claimed the key. */
  readonly owner: number
}

/** Records what Stripe did, with the answer of the key, in one commit; undefined while the outcome is unknown. */
export const settleOutcome = async <Subject, Thing extends { readonly livemode?: boolean }>(
  { deps, records }: Pick<MoneyCalls, 'deps' | 'records'>,
  operation: StripeOperation<Subject, Thing>,
  thing: Thing,
  run: Run,
): Promise<RouteAnswer | undefined> => {
  invariant(
    (thing.livemode ?? deps.stripeFacts.livemode) === deps.stripeFacts.livemode,
    'the wrong mode answered',
  )
  const settlement = operation.settlement?.(thing, run.by, run.about)
  if (settlement)
    return records.write({ key: run.started.key, paymentId: run.started.object_id, ...settlement })
  return deps.db.withTransaction(async (db) => {
    await operation.record(deps, db, thing, run.by)
    const subject = await operation.load(db, run.started.object_id)
    const answer = operation.answer(subject, thing, run.about)
    return answer && finishKey(db, run.started.key, answer, deps.env.clock.now())
  })
}

const failFinally = async <Subject, Thing extends { readonly livemode?: boolean }>(
  deps: Deps,
  operation: StripeOperation<Subject, Thing>,
  subject: Subject,
  failure: DefiniteFailure,
  run: Run,
): Promise<RouteAnswer> =>
  deps.db.withTransaction(async (db) => {
    await operation.fail(deps, db, subject, failure, run.by, stripeKeyOf(run.started))
    if (failure.kind === 'not_sent') {
      await db.run(releaseKey, [run.started.key])
      return { status: 503 }
    }
    const after = await operation.load(db, run.started.object_id)
    const answer =
      (failure.kind === 'declined' && operation.answer(after, null, run.about)) ||
      operation.refused(after, failure, run.about)
    return finishKey(db, run.started.key, answer, deps.env.clock.now())
  })

/** Nobody is at the key any more. The completer looks at once, and after a look of its own a while later. */
const leaveKey = async (deps: Deps, { started, owner, by }: Run): Promise<void> => {
  const now = deps.env.clock.now()
  const looks = by.writer === 'completer' ? started.looks + 1 : started.looks
  const lookAt = by.writer === 'completer' ? nextLookAt(looks, now) : now
  await deps.db.run(letGo, [started.key, owner, lookAt, looks])
}

/** Leaves the key to the next call with it or to the completer; 202 is never kept. */
const leaveOpen = async <Subject, Thing extends { readonly livemode?: boolean }>(
  money: MoneyCalls,
  operation: StripeOperation<Subject, Thing>,
  run: Run,
): Promise<RouteAnswer> => {
  const { deps } = money
  await leaveKey(deps, run)
  // The completer itself comes back with its next sweep.
  if (run.by.writer === 'api') deps.wakeups.wake('completer')
  const subject = await operation.load(deps.db, run.started.object_id)
  const { body, location } = operation.pending(subject, run.about)
  return { status: 202, body, headers: { Location: location } }
}

/** Stripe shows that it was not done and that nothing more will come: the key is free for a new call. Throws. */
const neverDone = async <Subject, Thing extends { readonly livemode?: boolean }>(
  { deps }: MoneyCalls,
  operation: StripeOperation<Subject, Thing>,
  subject: Subject,
  run: Run,
): Promise<never> => {
  const failure = { kind: 'not_sent', failureClass: 'provider', code: 'never_arrived' } as const
  await failFinally(deps, operation, subject, failure, run)
  throw notSentError(failure.code)
}

const drive = async <Subject, Thing extends { readonly livemode?: boolean }>(
  money: MoneyCalls,
  operation: StripeOperation<Subject, Thing>,
  subject: Subject,
  run: Run,
): Promise<RouteAnswer> => {
  const { deps } = money
  const outcome = await askStripe(deps, operation, subject, run)
  switch (outcome.kind) {
    case 'done': {
      const wrong = operation.mismatch(subject, outcome.object, run.started, deps.stripeFacts.livemode)
      if (wrong === null) {
        const answer = await settleOutcome(money, operation, outcome.object, run)
        if (answer || !outcome.nothingMore) return answer ?? leaveOpen(money, operation, run)
        return neverDone(money, operation, subject, run)
      }
      const mismatch = { operation: operation.point, paymentId: operation.paymentId(subject), wrong }
      return parkMoneyCall(deps, mismatch, { key: run.started.key, requestId: run.about.requestId })
    }
    case 'declined':
    case 'refused':
    case 'not_sent': {
      const answer = await failFinally(deps, operation, subject, outcome, run)
      if (outcome.kind === 'not_sent') throw notSentError(outcome.code)
      return answer
    }
    case 'key_taken':
    case 'unknown':
      return leaveOpen(money, operation, run)
  }
}

/**
 * Calls Stripe outside any database transaction and records what came of it. What fails in between leaves the key to the
 * next call with it or to the completer.
 */
export const driveOperation: typeof drive = async (money, operation, subject, run) => {
  try {
    return await drive(money, operation, subject, run)
  } catch (error) {
    // With the database away this fails too; then the owner's lock is lost with it, which says the same.
    await leaveKey(money.deps, run).catch(() => undefined)
    throw error
  }
}

const countConflict = (deps: Deps, route: RecoveryPoint, error: unknown): void => {
  const code = codeOf(error)
  if (code === 'operation_in_progress' || code === 'idempotency_key_reused')
    deps.metrics.idempotencyConflicts.inc({ route, reason: code })
}

const apiRun = (
  money: MoneyCalls,
  call: MoneyCall,
  claim: Exclude<Claim, { kind: 'replay' }>,
  owner: number,
): Run => {
  const { machine } = money.deps.env
  const resumed = claim.kind === 'resume'
  const by: RecordedBy = {
    writer: 'api',
    cause: { kind: 'call', id: call.requestId },
    // Asked when it is read, so that it holds the whole time until the outcome.
    get latencyMs() {
      return resumed ? undefined : machine.nowMs() - call.acceptedMs
    },
  }
  const about = { role: claim.started.role, requestId: call.requestId }
  return { started: claim.started, by, about, resumed, owner }
}

const CODE_BY_STATUS: Readonly<Record<number, string>> = { 402: 'card_declined', 422: 'payment_refused' }

interface FirstStep<Subject> {
  readonly point: RecoveryPoint
  /** Id of the object that the call is about, or will make. */
  readonly objectId: string
  /** Checks and writes in the database transaction that holds the claim; a refusal rolls both back. */
  prepare(db: Db): Promise<Prepared<Subject>>
}

type Begun<Subject> =
  | { readonly claim: Exclude<Claim, { kind: 'run' }> }
  | { readonly claim: Claim; readonly subject: Subject }
  | { readonly claim: Claim; readonly answer: RouteAnswer }

/** Claims the key and prepares in one database transaction; who will drive the call is at the key before the next one asks. */
const begin = async <Subject>(
  money: MoneyCalls,
  call: MoneyCall,
  first: FirstStep<Subject>,
  owner: number,
): Promise<Begun<Subject> & { leave: () => void }> =>
  inTurn(money.turns, call.key, async () => {
    const now = money.deps.env.clock.now()
    const { point, objectId } = first
    const begun = await money.deps.db.withTransaction(async (db): Promise<Begun<Subject>> => {
      const isRunning = money.running.has(call.key)
      const claim = await claimKey(db, call, { point, objectId, owner, isRunning, now })
      if (claim.kind !== 'run') return { claim }
      const prepared = await first.prepare(db)
      if (prepared.kind === 'begun') return { claim, subject: prepared.subject }
      return { claim, answer: await finishKey(db, call.key, prepared.answer, now) }
    })
    const isOver = begun.claim.kind === 'replay' || 'answer' in begun
    return { ...begun, leave: isOver ? () => undefined : enterKey(money.running, call.key) }
  })

/**
 * Does a money call once, however often it comes (architecture §3.1): claim; prepare; Stripe, with nothing locked; record
 * with the answer. `operation` is left out where `prepare` always answers.
 */
export const runMoneyCall = async <Subject, Thing extends { readonly livemode?: boolean }>(
  money: MoneyCalls,
  call: MoneyCall,
  first: FirstStep<Subject>,
  operation?: StripeOperation<Subject, Thing>,
): Promise<RouteAnswer> => {
  const { deps } = money
  const owner = await money.owner.number()
  const begun = await begin(money, call, first, owner).catch((error: unknown) => {
    countConflict(deps, first.point, error)
    throw error
  })
  const { claim } = begun
  if (claim.kind === 'replay') {
    deps.metrics.idempotencyReplays.inc({ route: first.point })
    call.log['replayed'] = true
    return claim.answer
  }
  call.log['object_id'] = claim.started.object_id
  if ('answer' in begun) {
    deps.wakeups.wake('relay')
    return begun.answer
  }
  try {
    invariant(operation, `${first.point} has nothing to ask Stripe`)
    const subject =
      'subject' in begun ? begun.subject : await operation.load(deps.db, claim.started.object_id)
    const answer = await driveOperation(money, operation, subject, apiRun(money, call, claim, owner))
    const code = CODE_BY_STATUS[answer.status]
    if (code) call.log['code'] = code
    return answer
  } finally {
    begun.leave()
    deps.wakeups.wake('relay')
  }
}
