import { escapeHtml } from './format.ts'

/** A named line over time; times in milliseconds. */
export interface Line {
  readonly name: string
  readonly points: readonly (readonly [atMs: number, value: number])[]
}

/** What a chart is drawn with. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
  readonly format: (value: number) => string
  readonly isBars: boolean
}

const LEFT = 62
const BOTTOM = 22
const TOP = 8
const TICKS = 4
const X_TICKS = 6
const SERIES = 6
const DAY_MS = 86_400_000

/** A round number at or above `value`. */
const roundUp = (value: number): number => {
  const size = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 5, 8, 10].find((step) => step * size >= value) ?? 10) * size
}

const highest = (lines: readonly Line[]): number =>
  roundUp(Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value)), 1e-9))

/** The lowest line of the axis: zero, or just below rates that are all high. */
const lowest = (lines: readonly Line[], isBars: boolean, top: number): number => {
  const least = Math.min(...lines.flatMap(({ points }) => points.map(([, value]) => value)))
  return isBars || least < top * 0.6 ? 0 : Math.floor(least * 20) / 20
}

const timeLabel = (atMs: number, frame: Frame): string => {
  const iso = new Date(atMs).toISOString()
  return frame.toMs - frame.fromMs > 2 * DAY_MS ? iso.slice(5, 10) : iso.slice(11, 16)
}

type Place = (value: number) => number

const axes = (frame: Frame, low: number, top: number, x: Place, y: Place): string => {
  const across = Array.from({ length: TICKS + 1 }, (_, n) => low + ((top - low) * n) / TICKS).map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${frame.width - 8}" y1="${y(value)}" y2="${y(value)}"/><text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${escapeHtml(frame.format(value))}</text>`,
  )
  const along = Array.from(
    { length: X_TICKS },
    (_, n) => frame.fromMs + ((frame.toMs - frame.fromMs) * (n + 0.5)) / X_TICKS,
  ).map(
    (at) => `<text x="${x(at)}" y="${frame.height - 5}" text-anchor="middle">${timeLabel(at, frame)}</text>`,
  )
  return [...across, ...along].join('')
}

/** Breaks a line where points are missing, as Grafana does. */
const path = ({ points }: Line, at: number, frame: Frame, x: Place, y: Place): string => {
  const steps = points.map(([time, value], n) => {
    const before = points[n - 1]?.[0]
    const isJoined = before !== undefined && time - before <= 2 * frame.stepMs
    return `${isJoined ? 'L' : 'M'}${x(time).toFixed(1)} ${y(value).toFixed(1)}`
  })
  return `<path class="line s${at % SERIES}" d="${steps.join('')}"/>`
}

/** Side by side: currencies on top of each other would look like a sum. */
const beside = (lines: readonly Line[], frame: Frame, x: Place, y: Place): string => {
  const wide = Math.max(1.5, ((x(frame.stepMs) - x(0)) * 0.8) / lines.length)
  return lines
    .flatMap(({ points }, at) =>
      points.map(([time, value]) => {
        const left = x(time) + at * wide
        return `<rect class="s${at % SERIES}" x="${left.toFixed(1)}" y="${y(value).toFixed(1)}" width="${wide.toFixed(1)}" height="${Math.max(0, y(0) - y(value)).toFixed(1)}"/>`
      }),
    )
    .join('')
}

/** Lines or bars over time, with axes. */
export const chart = (lines: readonly Line[], frame: Frame): string => {
  const top = highest(lines)
  const low = lowest(lines, frame.isBars, top)
  const wide = frame.width - LEFT - 8
  const high = frame.height - BOTTOM - TOP
  const x: Place = (at) => LEFT + ((at - frame.fromMs) / (frame.toMs - frame.fromMs)) * wide
  const y: Place = (value) => TOP + high - ((value - low) / (top - low)) * high
  const drawn = frame.isBars
    ? beside(lines, frame, x, y)
    : lines.map((line, at) => path(line, at, frame, x, y)).join('')
  return `<svg viewBox="0 0 ${frame.width} ${frame.height}" role="img">${axes(frame, low, top, x, y)}<svg x="${LEFT}" y="0" width="${wide}" height="${frame.height}" viewBox="${LEFT} 0 ${wide} ${frame.height}">${drawn}</svg></svg>`
}

/** The names of the lines in their colours. */
export const legend = (lines: readonly Line[]): string =>
  `<div class="legend">${lines.map(({ name }, at) => `<span><i class="s${at % SERIES}"></i>${escapeHtml(name)}</span>`).join('')}</div>`
