import Stripe from 'stripe'
import type { ErrorCode } from '#core/error-codes.ts'
import { codeOf } from '#core/errors.ts'
import type { Deps } from '#core/service.ts'
import { failKilledRuns, failRun } from './finish-run.ts'
import { forgetPages, STAGED_FOR_MS } from './pull/stage.ts'
import type { RunKind } from './scope.ts'

/**
 * Pauses after a night's first, second, third failure and so on, in milliseconds; the last one from then on. A hiccup costs a
 * second, and an outage of hours a try each quarter of an hour: the night is done that soon after it ends. There is no last
 * try: it ends when the next night's run is asked for, which covers the date.
 */
export const PAUSES_MS = [1_000, 4_000, 16_000, 64_000, 256_000, 900_000] as const

/** The pause after `failures` failures (1 or more). */
export const pauseAfter = (failures: number): number =>
  PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? PAUSES_MS[0]

/** What a failure is noted about. */
interface FailedTry {
  readonly id: string
  readonly kind: RunKind
  readonly attempts: number
  /** Failures before this one. */
  readonly failures: number
}

/** The stable code of why a run or a look failed. */
export const failureCode = (error: unknown): ErrorCode =>
  error instanceof Stripe.errors.StripeError ? 'provider_unavailable' : codeOf(error)

const countFailed = ({ metrics }: Pick<Deps, 'metrics'>, kind: RunKind): void => {
  metrics.reconciliationRuns.inc({ kind, result: 'failed' })
  if (kind === 'nightly') metrics.taskRuns.inc({ task: 'nightly_reconciliation', result: 'failed' })
}

/** Stores a failure with its run and says it. A night is tried again after a pause; what a person asked for, by a person. */
export const noteFailure = async (
  deps: Deps,
  failed: FailedTry,
  error: unknown,
  durationMs: number,
): Promise<void> => {
  const { id, kind, attempts } = failed
  const code = failureCode(error)
  const message = error instanceof Error ? error.message : String(error)
  const now = deps.env.clock.now()
  const pauseMs = pauseAfter(failed.failures + 1)
  const notBefore = kind === 'nightly' ? new Date(now.getTime() + pauseMs) : null
  const { failures, is_tried_again } = await failRun(deps.db, id, now, code, message, notBefore)
  // Pages that would be too old at the next try are of no use to it.
  if (!is_tried_again || pauseMs >= STAGED_FOR_MS) await forgetPages(deps.db, id)
  countFailed(deps, kind)
  deps.metrics.reconciliationRunDuration.observe({ kind, result: 'failed' }, durationMs / 1_000)
  const nextTry = is_tried_again ? notBefore : null
  deps.log.error(
    { run: id, attempts, failures, code, next_try: nextTry, err: error },
    'reconciliation failed',
  )
}

/** Gives up and says the runs that kill their process each time, so that the others are done. Only under the reconciler's lock. */
export const noteKilled = async (deps: Deps, takeUpsMax: number): Promise<void> => {
  for (const { id, kind, attempts } of await failKilledRuns(deps.db, deps.env.clock.now(), takeUpsMax)) {
    countFailed(deps, kind)
    deps.log.error(
      { run: id, attempts, code: 'run_killed' },
      'reconciliation given up: its process is killed',
    )
  }
}
