import type { Shown } from './expand-macros.ts'

const HOUR_S = 3_600
const UNITS: Readonly<Record<string, number>> = { h: HOUR_S, d: 24 * HOUR_S }
/** Widths of a point that Grafana rounds to, as far as these ranges need them. */
const WIDTHS_S = [60, 300, 600, 900, 1_800, HOUR_S, 2 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, 24 * HOUR_S]
const POINTS = 60

/** What Grafana would fill into the queries of a dashboard that was opened at `to`, with everything chosen. */
export const shownRange = (from: string, to: Date): Shown => {
  const [, count = '1', unit = 'h'] = /^now-(\d+)([hd])$/.exec(from) ?? []
  const seconds = Number(count) * (UNITS[unit] ?? HOUR_S)
  return {
    from: new Date(to.getTime() - seconds * 1_000),
    to,
    intervalS: WIDTHS_S.find((width) => width >= seconds / POINTS) ?? 24 * HOUR_S,
    chosen: { store: 'all', currency: 'all' },
  }
}
