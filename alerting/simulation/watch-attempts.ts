import { evaluateAlert, newAlertState, type Finding, type Patience } from '../domain/alert-state.ts'
import { isBelowLine, isWorthAPage, type AttemptCounts, type SuccessLines } from '../domain/page-decision.ts'
import type { Attempt } from './attempts.ts'

/** How the engine would look at a simulated shop. */
export interface Watch {
  readonly lines: SuccessLines
  readonly windowMs: number
  readonly everyMs: number
  readonly patience: Patience
}

/** Instants, in milliseconds from the start, at which people were told. */
export interface Told {
  readonly mailedMs: readonly number[]
  readonly pagedMs: readonly number[]
}

/** A rolling window over attempts that come in order. */
const openWindow = (windowMs: number) => {
  const inside: Attempt[] = []
  let first = 0
  let failures = 0
  return {
    add: (attempt: Attempt) => {
      inside.push(attempt)
      if (attempt.failed) failures += 1
    },
    countsAt: (atMs: number): AttemptCounts => {
      for (let oldest = inside[first]; oldest && oldest.atMs <= atMs - windowMs; oldest = inside[first]) {
        if (oldest.failed) failures -= 1
        first += 1
      }
      // The list is cut now and then, not at each step.
      if (first > 4_096) {
        inside.splice(0, first)
        first = 0
      }
      return { attempts: inside.length - first, failures }
    },
  }
}

const decideOnce = (decide: (counts: AttemptCounts) => boolean) => {
  const known = new Map<number, boolean>()
  return (counts: AttemptCounts): boolean => {
    const key = counts.attempts * 1_000_000 + counts.failures
    const before = known.get(key)
    if (before !== undefined) return before
    const decision = decide(counts)
    known.set(key, decision)
    return decision
  }
}

const follow = (patience: Patience) => {
  const told: number[] = []
  let state = newAlertState(new Date(0))
  return {
    told,
    look: (breached: boolean, atMs: number) => {
      const finding: Finding = breached ? 'breached' : 'quiet'
      const step = evaluateAlert(state, finding, patience, new Date(atMs))
      state = step.state
      if (step.transition === 'fired') told.push(atMs)
    },
  }
}

/** Plays the engine's own decision and state machine over `untilMs` of attempts, evaluation by evaluation. */
export const watchAttempts = (attempts: Iterator<Attempt>, watch: Watch, untilMs: number): Told => {
  const window = openWindow(watch.windowMs)
  const isTold = decideOnce((counts) => isBelowLine(counts, watch.lines))
  const rings = decideOnce((counts) => isWorthAPage(counts, watch.lines))
  const mails = follow(watch.patience)
  const pages = follow(watch.patience)
  let next = attempts.next()
  for (let atMs = watch.everyMs; atMs <= untilMs; atMs += watch.everyMs) {
    for (; next.done !== true && next.value.atMs <= atMs; next = attempts.next()) window.add(next.value)
    const counts = window.countsAt(atMs)
    mails.look(isTold(counts), atMs)
    pages.look(rings(counts), atMs)
  }
  return { mailedMs: mails.told, pagedMs: pages.told }
}
