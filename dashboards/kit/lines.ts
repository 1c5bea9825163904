import { lineValue, type Kpi } from '#core/kpi/kpi.ts'

/** A step of a panel's thresholds: from `value` on it is `color`; the first has none. */
export interface Step {
  readonly value: number | null
  readonly color: string
}

const GOOD = 'green'
const WARN = 'orange'
const BAD = 'red'

/** The smallest number above a line: "more than 10" begins at 11 of what is counted, and just above a measured line. */
const beyond = (kpi: Kpi, line: number): number => (kpi.unit === 'count' ? line + 1 : line * (1 + 1e-9))

const stepsUp = (kpi: Kpi): Step[] => [
  { value: null, color: kpi.threshold === null ? WARN : BAD },
  ...(kpi.threshold === null ? [] : [{ value: lineValue(kpi.threshold), color: WARN }]),
  ...(kpi.target === null ? [] : [{ value: lineValue(kpi.target) * (1 + 1e-9), color: GOOD }]),
]

const stepsDown = (kpi: Kpi): Step[] => [
  { value: null, color: GOOD },
  ...(kpi.target === null ? [] : [{ value: lineValue(kpi.target), color: WARN }]),
  ...(kpi.threshold === null ? [] : [{ value: beyond(kpi, lineValue(kpi.threshold)), color: BAD }]),
]

/**
 * The colours of a KPI, from its own lines: met only beyond the target, an alert only beyond the threshold (core/kpi). Where
 * there is no threshold, what misses the target is orange.
 */
export const stepsOf = (kpi: Kpi): Step[] => {
  const steps = kpi.goodSide === 'above' ? stepsUp(kpi) : stepsDown(kpi)
  // Two lines at one place: the worse colour stands.
  return steps.filter(({ value }, at) => steps[at + 1]?.value !== value)
}
