import type { SeenLease } from './engine.ts'

/** Clocks are kept in step by small corrections all the time; nothing of ours is as fine as this. */
const TOLERANCE_MS = 2_000

/**
 * By how much the clock was set since the last beat, beyond what passed in machine time: positive forwards. Everything that
 * lasts is moved along with it, so that a step makes nothing last longer or shorter. 0 when it cannot be known.
 */
export const clockStepOf = (seen: SeenLease | null, now: Date, nowMs: number): number => {
  if (seen === null || seen.clockAt === null || seen.lateMs === null) return 0
  const step = now.getTime() - seen.clockAt.getTime() - (nowMs - seen.sinceMs)
  return Math.abs(step) <= TOLERANCE_MS + seen.lateMs ? 0 : step
}

/** `at`, moved by the step. */
export const moved = <D extends Date | null>(at: D, stepMs: number): D =>
  (at === null ? null : new Date(at.getTime() + stepMs)) as D
