import { tailAtLeast } from './binomial.ts'

/** What a window of card attempts counted: a share is judged only with both numbers. */
export interface AttemptCounts {
  readonly attempts: number
  readonly failures: number
}

/** From where the success rate is told, and from where the pager rings (settings of the store). */
export interface SuccessLines {
  /** The runbook's line, in basis points of successes: 9_500 alerts below 95 %. */
  readonly thresholdBp: number
  /** What the store means to reach; the tail is measured against it. */
  readonly targetBp: number
  readonly minAttempts: number
  readonly minFailures: number
  /** `ALERT_PAGE_TAIL`: the pager rings when bad luck alone would be rarer than this; 1 pages on the line itself. */
  readonly pageTail: number
}

const BP = 10_000

/** Below the line with enough attempts and failures to say so: mail and UI (runbook section 4). */
export const isBelowLine = ({ attempts, failures }: AttemptCounts, lines: SuccessLines): boolean =>
  attempts >= lines.minAttempts &&
  failures >= lines.minFailures &&
  (attempts - failures) * BP < lines.thresholdBp * attempts

/** Below the line, and too bad to be bad luck at the target: the pager. */
export const isWorthAPage = (counts: AttemptCounts, lines: SuccessLines): boolean =>
  isBelowLine(counts, lines) &&
  (lines.pageTail >= 1 ||
    tailAtLeast(counts.failures, counts.attempts, 1 - lines.targetBp / BP) < lines.pageTail)
