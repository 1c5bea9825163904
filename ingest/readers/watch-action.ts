import Stripe from 'stripe'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { parkMoneyCall } from '../payments/park-payment.ts'
import { loadPayment, mismatchOfPayment } from '../payments/payment-operations.ts'
import type { PaymentWithSale } from '../payments/payment-wire.ts'
import type { RecordedBy } from '../record/recorded-by.ts'
import { READER_CODE } from './domain/reader-advice.ts'
import { decideStep, type ReaderStep } from './domain/reader-step.ts'
import { endRowOf, forgetAction, putBack, settleAction, type ActionEnd } from './end-action.ts'
import { lookAtReader, type Seen } from './look-at-reader.ts'
import { isOpen, LOOK_EVERY_MS, lookLater, type ActionRow, type OpenAction } from './reader-actions.ts'

const markHanded = loadSql(import.meta.url, 'sql/reader_action_hand.sql')
const markWorking = loadSql(import.meta.url, 'sql/reader_action_mark_working.sql')

/** How long a payment may turn out paid after its reader gave up. */
const AFTER_FAILURE_MS = 30_000

const ONE_TRY: Stripe.RequestOptions = { maxNetworkRetries: 0 }

/** `look`: record what Stripe says. `stop_late`: also stop what has had its time. */
export type WatchMode = 'look' | 'stop_late'

const intentStep = (action: OpenAction, seen: Seen, isDue: boolean): ReaderStep =>
  decideStep({
    status: action.status,
    reader: seen.reader,
    intent: seen.intent?.status ?? null,
    isRefused: seen.isRefused,
    isDue,
  })

/** The end of an action of which nothing was taken. */
const endOf = (seen: Seen, otherwise: string): ActionEnd =>
  seen.reader.kind === 'ours' && seen.reader.status === 'failed'
    ? { status: 'failed', code: seen.reader.code, message: seen.failureMessage }
    : { status: 'canceled', code: otherwise, message: null }

/** Notes that the intent exists, before the reader is asked. */
export const noteIntent = async (deps: Deps, action: ActionRow, intentId: string): Promise<void> => {
  // In a database transaction, because such a one is begun again when two writers block each other.
  await deps.db.withTransaction(async (db) => db.run(markHanded, [action.id, intentId, deps.env.clock.now()]))
}

/** Notes that the reader has it: from here on the time is the customer's. */
export const noteWorking = async (deps: Deps, action: ActionRow): Promise<void> => {
  await deps.db.withTransaction(async (db) => db.run(markWorking, [action.id, deps.env.clock.now()]))
}

/** Notes what was seen of an action that goes on; answers the action as it is then. */
const noteSeen = async (deps: Deps, action: OpenAction, seen: Seen): Promise<OpenAction> => {
  if (action.status === 'creating' && seen.intent) await noteIntent(deps, action, seen.intent.id)
  if (action.status === 'in_progress' || seen.reader.kind !== 'ours') return action
  await noteWorking(deps, action)
  return { ...action, status: 'in_progress' }
}

const later = async (deps: Deps, action: OpenAction, seen?: Seen): Promise<void> => {
  const nowMs = deps.env.clock.now().getTime()
  const hasFailed = seen?.reader.kind === 'ours' && seen.reader.status === 'failed'
  const dueMs = hasFailed
    ? Math.min(action.due_at.getTime(), nowMs + AFTER_FAILURE_MS)
    : action.due_at.getTime()
  // Beyond its time it is asked for as often as before, until Stripe answers.
  const nextMs = dueMs > nowMs ? Math.min(dueMs, nowMs + LOOK_EVERY_MS) : nowMs + LOOK_EVERY_MS
  await lookLater(deps, action, new Date(nextMs), new Date(dueMs))
}

/** Tells the reader to stop. `busy`: it is charging a card; `away`: it cannot be told. Throws what Stripe says otherwise. */
export const stopReader = async (
  deps: Deps,
  { stripe_reader: reader }: Pick<OpenAction, 'stripe_reader'>,
): Promise<'stopped' | 'busy' | 'away'> => {
  try {
    await deps.stripe.terminal.readers.cancelAction(reader, {}, ONE_TRY)
    return 'stopped'
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    return error.code === 'terminal_reader_busy' ? 'busy' : 'away'
  }
}

const park = async (deps: Deps, action: OpenAction, wrong: string): Promise<void> => {
  const mismatch = { operation: 'use_reader', paymentId: action.payment_id, wrong }
  await parkMoneyCall(deps, mismatch, { key: action.key, requestId: newId(deps.env, 'request') })
  await endRowOf(deps, deps.db, action, { status: 'failed', code: 'provider_mismatch', message: null })
}

/** Makes sure that the intent can never be paid; then its own word is the end. */
const giveUp = async (deps: Deps, action: OpenAction, intentId: string, by: RecordedBy): Promise<boolean> => {
  const intent = await deps.stripe.paymentIntents.cancel(
    intentId,
    { cancellation_reason: 'abandoned', expand: ['latest_charge'] },
    { ...ONE_TRY, idempotencyKey: `tw_${action.id}_give_up` },
  )
  const code = action.status === 'in_progress' ? READER_CODE.hung : READER_CODE.neverHanded
  return settleAction(deps, action, intent, by, { code, message: null })
}

const lookOnce = async (
  deps: Deps,
  action: OpenAction,
  payment: PaymentWithSale,
): Promise<{ readonly action: OpenAction; readonly seen: Seen; readonly wrong: string | null }> => {
  const seen = await lookAtReader(deps, action, payment)
  const wrong = seen.intent && mismatchOfPayment(payment, seen.intent, deps.stripeFacts.livemode)
  return { action: await noteSeen(deps, action, seen), seen, wrong }
}

const stopAndLook = async (
  deps: Deps,
  before: OpenAction,
  payment: PaymentWithSale,
  by: RecordedBy,
): Promise<boolean> => {
  const stopped = await stopReader(deps, before)
  if (stopped === 'busy') return false
  const { action, seen } = await lookOnce(deps, before, payment)
  const intentId = seen.intent?.id ?? null
  if (stopped === 'away' && intentId !== null && intentStep(action, seen, true) === 'stop')
    return giveUp(deps, action, intentId, by)
  const step = intentStep(action, seen, false)
  if (step === 'settle' && seen.intent) return settleAction(deps, action, seen.intent, by)
  return step === 'put_back' && putBack(deps, action, intentId, endOf(seen, READER_CODE.hung), by)
}

const act = async (
  deps: Deps,
  action: OpenAction,
  payment: PaymentWithSale,
  seen: Seen,
  step: ReaderStep,
  by: RecordedBy,
): Promise<boolean> => {
  const { intent } = seen
  switch (step) {
    case 'settle':
      return intent !== null && settleAction(deps, action, intent, by)
    case 'put_back':
      return putBack(deps, action, intent?.id ?? null, endOf(seen, READER_CODE.replaced), by)
    case 'stop':
      return stopAndLook(deps, action, payment, by)
    case 'give_up':
      return intent !== null && giveUp(deps, action, intent.id, by)
    case 'forget':
      return forgetAction(deps, action, by)
    case 'wait':
      return false
  }
}

const NEEDS_LEAVE: readonly ReaderStep[] = ['stop', 'give_up', 'forget']

const watch = async (deps: Deps, before: OpenAction, writer: RecordedBy['writer'], mode: WatchMode) => {
  const payment = await loadPayment(deps.db, before.payment_id)
  const { action, seen, wrong } = await lookOnce(deps, before, payment)
  if (wrong !== null) return park(deps, action, wrong)
  const isDue = deps.env.clock.now() >= action.due_at
  const step = intentStep(action, seen, isDue)
  const by: RecordedBy = { writer, cause: { kind: 'call', id: action.payment_id } }
  const mayAct = mode === 'stop_late' || !NEEDS_LEAVE.includes(step)
  const ended = mayAct && (await act(deps, action, payment, seen, step, by))
  if (ended) deps.wakeups.wake('relay')
  else await later(deps, action, seen)
  deps.log[ended ? 'info' : 'debug'](
    { action: action.id, payment: action.payment_id, reader: action.reader_id, step, ended },
    'looked at a reader',
  )
}

/**
 * Asks Stripe how an open action gets on, records what it says and, when it has ended, keeps the answer of its call in the
 * same commit. Any number may do it at once; each fact counts once. Stripe not answering is no end: it is asked again later.
 */
export const watchAction = async (
  deps: Deps,
  action: OpenAction,
  writer: RecordedBy['writer'],
  mode: WatchMode,
): Promise<void> => {
  try {
    await watch(deps, action, writer, mode)
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    deps.log.warn(
      { action: action.id, payment: action.payment_id, err: error },
      'Stripe does not tell of a reader',
    )
    await later(deps, action)
  }
}

/** `watchAction` for the open action of a payment, if it has one. */
export const watchPayment = async (
  deps: Deps,
  paymentId: string,
  writer: RecordedBy['writer'],
): Promise<void> => {
  const { reader_action: action } = await loadPayment(deps.db, paymentId)
  if (isOpen(action)) await watchAction(deps, action, writer, 'look')
}
