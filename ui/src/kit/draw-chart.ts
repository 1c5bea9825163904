import 'uplot/dist/uPlot.min.css'
import UPlot from 'uplot'
import { shop } from '../lib/shop.svelte.ts'

/** One line of a chart; `dashed` for targets and thresholds. */
export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
  readonly dashed?: boolean
  /** A colour of styles/tokens.css, `--chart-1` when not given. */
  readonly colour?: string
}

interface Wanted {
  readonly at: readonly number[]
  readonly series: readonly Series[]
  readonly height: number
  format(value: number): string
}

/** A colour as it is painted now: a token itself says both, for light and for dark. */
const colourOf = (element: HTMLElement, name: string): string => {
  element.style.color = `var(${name})`
  const { color } = getComputedStyle(element)
  element.style.color = ''
  return color
}

const DAY_S = 86_400

/** A tick of the time axis in the shop's zone: a date where ticks are a day or more apart, else a time of day. */
const tickText = (tick: number, step: number): string =>
  new Intl.DateTimeFormat(
    shop.locale,
    step >= DAY_S
      ? { timeZone: shop.zone, day: 'numeric', month: 'short' }
      : { timeZone: shop.zone, hour: '2-digit', minute: '2-digit' },
  ).format(new Date(tick * 1_000))

const options = (element: HTMLElement, wanted: Wanted): UPlot.Options => {
  const quiet = colourOf(element, '--quiet')
  const line = colourOf(element, '--line')
  const axis = { stroke: quiet, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } }
  return {
    width: Math.max(element.clientWidth, 200),
    height: wanted.height,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), shop.zone),
    legend: { show: false },
    cursor: { points: { size: 7 } },
    axes: [
      {
        ...axis,
        space: 70,
        values: (_plot, ticks, _at, _space, step) => ticks.map((tick) => tickText(tick, step)),
      },
      { ...axis, size: 70, values: (_plot, ticks) => ticks.map((tick) => wanted.format(tick)) },
    ],
    series: [
      {},
      ...wanted.series.map((one) => ({
        label: one.name,
        stroke: colourOf(element, one.colour ?? '--chart-1'),
        width: one.dashed === true ? 1 : 2,
        ...(one.dashed === true ? { dash: [6, 4] } : {}),
        points: { show: one.dashed !== true && wanted.at.length < 60, size: 4 },
        spanGaps: false,
      })),
    ],
  }
}

/** Draws a chart into an element and keeps it as wide as that; answers how to take it away. */
export const drawChart = (element: HTMLElement, wanted: Wanted): (() => void) => {
  const data = [
    wanted.at.map((ms) => ms / 1_000),
    ...wanted.series.map(({ values }) => [...values]),
  ] as UPlot.AlignedData
  let plot = new UPlot(options(element, wanted), data, element)
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  const again = (): void => {
    plot.destroy()
    plot = new UPlot(options(element, wanted), data, element)
  }
  const watcher = new ResizeObserver(() =>
    plot.setSize({ width: Math.max(element.clientWidth, 200), height: wanted.height }),
  )
  watcher.observe(element)
  const themes = new MutationObserver(again)
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  scheme.addEventListener('change', again)
  return () => {
    watcher.disconnect()
    themes.disconnect()
    scheme.removeEventListener('change', again)
    plot.destroy()
  }
}
