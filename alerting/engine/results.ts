import type { Stepped } from './step-alerts.ts'

/** Quiet alerts are written this often, the others with every evaluation: a graph needs no more, a week of rows stays small. */
export const WHOLE_EVERY_MS = 60_000

/** What an evaluation saw, as it is stored; quiet alerts only when it `isWhole`. */
export const resultsOf = (stepped: readonly Stepped[], isWhole: boolean) =>
  stepped
    .filter(
      ({ alert, finding }) =>
        isWhole || alert.state.phase !== 'inactive' || !['quiet', 'too_few'].includes(finding),
    )
    .map(({ alert, finding, seen }) => ({
      rule: alert.rule,
      labels: alert.labels,
      finding,
      value: seen?.value ?? null,
      line: seen?.line ?? null,
      numerator: seen?.numerator ?? null,
      denominator: seen?.denominator ?? null,
      phase: alert.state.phase,
    }))
