import { lineValue, linesOf, type Kpi } from '#core/kpi/kpi.ts'
import { measured, NO_DATA, type Measurement } from '#core/kpi/measurement.ts'
import { ratioOf, roundBetweenLines } from '#core/kpi/ratio.ts'
import { stateOf, type Sample } from '#core/kpi/state.ts'

/** A fraction over `size` things; no data where there is nothing to divide by. */
export const fraction = (numerator: bigint, denominator: bigint, size: bigint): Measurement<Sample> =>
  denominator === 0n ? NO_DATA : measured({ value: ratioOf(numerator, denominator), size: Number(size) })

/** A value rounded never across one of the KPI's lines, and what it means; null where nothing was measured. */
export const shown = (kpi: Kpi, measurement: Measurement<Sample>, decimals: number) => ({
  value:
    measurement.kind === 'measured'
      ? roundBetweenLines(measurement.value.value, decimals, linesOf(kpi))
      : null,
  state: stateOf(kpi, measurement),
})

/** A line of a KPI as people read it, or null when it has none. */
export const lineOf = (kpi: Kpi, line: 'target' | 'threshold'): number | null => {
  const at = kpi[line]
  return at === null ? null : lineValue(at)
}
