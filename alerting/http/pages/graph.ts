import { html } from 'hono/html'
import type { EvaluationRow } from '../incident-wire.ts'
import type { Html } from './page.ts'

const WIDTH = 600
const HEIGHT = 120
const EDGE = 4

interface Point {
  readonly ms: number
  readonly value: number
  readonly line: number | null
}

const pointsOf = (rows: readonly EvaluationRow[]): Point[] =>
  rows.flatMap(({ at, result: { value, line } }) =>
    value === null ? [] : [{ ms: at.getTime(), value, line }],
  )

/** Maps [from, to] onto [low, high]; a span of nothing lies in the middle. */
const scale = (from: number, to: number, low: number, high: number) => (given: number) =>
  to === from ? (low + high) / 2 : low + ((given - from) / (to - from)) * (high - low)

/** The measured values of one alert and the line it is held against, or nothing when there is too little to draw. */
export const graphOf = (rows: readonly EvaluationRow[]): Html | '' => {
  const [first] = rows
  const same = JSON.stringify(first?.result.labels)
  const points = pointsOf(rows.filter(({ result }) => JSON.stringify(result.labels) === same))
  const line = points.at(-1)?.line ?? null
  if (points.length < 2) return ''
  const values = [...points.map(({ value }) => value), ...(line === null ? [] : [line])]
  const times = points.map(({ ms }) => ms)
  const x = scale(Math.min(...times), Math.max(...times), EDGE, WIDTH - EDGE)
  const y = scale(Math.min(...values), Math.max(...values), HEIGHT - EDGE, EDGE)
  const path = points.map(({ ms, value }) => `${x(ms).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  const limit =
    line === null
      ? ''
      : html`<line
          class="limit"
          x1="0"
          x2="${WIDTH}"
          y1="${y(line).toFixed(1)}"
          y2="${y(line).toFixed(1)}"
        />`
  return html`<svg
    class="graph"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="The measured value over time, and its line"
  >
    ${limit}
    <polyline class="value" points="${path}" />
  </svg>`
}
