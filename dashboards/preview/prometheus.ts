import { z } from 'zod'
import { filledIn } from '../check/promql.ts'
import type { Shown } from '../check/expand-macros.ts'
import type { Line } from './chart.ts'

const sample = z.tuple([z.number(), z.string()])
const answer = z.object({
  data: z.object({
    result: z.union([
      sample,
      z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          value: sample.optional(),
          values: z.array(sample).optional(),
        }),
      ),
    ]),
  }),
})

const get = async (base: string, path: string, params: Readonly<Record<string, string>>) => {
  const response = await fetch(new URL(`/api/v1/${path}?${new URLSearchParams(params).toString()}`, base))
  if (!response.ok) throw new Error(`Prometheus answered ${response.status}: ${await response.text()}`)
  return answer.parse(await response.json()).data.result
}

const nameOf = (legend: string, metric: Readonly<Record<string, string>>): string =>
  legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_all, label: string) => metric[label] ?? '')

const pointsOf = (values: readonly (readonly [number, string])[]): (readonly [number, number])[] =>
  values
    .map(([at, value]) => [at * 1_000, Number(value)] as const)
    .filter(([, value]) => Number.isFinite(value))

/** Prometheus' own present, in milliseconds. */
export const nowOf = async (base: string): Promise<number> => {
  const [at] = await get(base, 'query', { query: 'time()' })
  return typeof at === 'number' ? at * 1_000 : 0
}

/** What an expression is worth now, in a line of one point for each series. */
export const instant = async (base: string, expr: string, legend: string): Promise<Line[]> =>
  (await get(base, 'query', { query: filledIn(expr) })).flatMap((one) =>
    typeof one === 'object' && one.value
      ? [{ name: nameOf(legend, one.metric), points: pointsOf([one.value]) }]
      : [],
  )

/** The course of an expression over the shown range. */
export const course = async (base: string, expr: string, legend: string, shown: Shown): Promise<Line[]> => {
  const start = String(shown.from.getTime() / 1_000)
  const end = String(shown.to.getTime() / 1_000)
  const found = await get(base, 'query_range', {
    query: filledIn(expr),
    start,
    end,
    step: String(shown.intervalS),
  })
  return found.flatMap((one) =>
    typeof one === 'object' && 'values' in one && one.values
      ? [{ name: nameOf(legend, one.metric), points: pointsOf(one.values) }]
      : [],
  )
}
