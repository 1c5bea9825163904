import type { ClickHouse } from '#core/clickhouse/client.ts'
import { expandMacros, type Shown } from './expand-macros.ts'
import type { CheckedDashboard, ShownPanel } from './schema.ts'

/** What a query came to. */
export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** Runs a panel's SQL as Grafana would. */
export const ask = async (clickhouse: ClickHouse, rawSql: string, shown: Shown): Promise<Answer> => {
  const sql = expandMacros(rawSql, shown)
  const columns = await clickhouse.rows<{ name: string; type: string }>(`DESCRIBE (${sql})`)
  return { columns, rows: await clickhouse.rows<Record<string, unknown>>(sql) }
}

const isNumeric = (type: string): boolean => /^(Nullable\()?(U?Int|Float|Decimal)/.test(type)

/** What is wrong with an answer, for a panel of its kind. */
export const problemsOf = (type: ShownPanel['type'], { columns, rows }: Answer): string[] => {
  const [first] = columns
  const wrong = [
    rows.length === 0 && 'returns no rows',
    type === 'timeseries' &&
      !(first?.name === 'time' && first.type.startsWith('DateTime')) &&
      'its first column is not a DateTime named time',
    type !== 'table' && !columns.some((column) => isNumeric(column.type)) && 'returns no number',
    type === 'stat' &&
      rows.some((row) => Object.values(row).includes(null)) &&
      'has no value over the demo data',
  ]
  return wrong.filter((problem) => problem !== false)
}

/** Each store and currency alone: lists of values are quoted otherwise than All. */
const ONE_CHOSEN: Shown['chosen'] = { store: ['leeds'], currency: ['gbp', 'eur'] }

const causeOf = (error: unknown): string =>
  error instanceof Error ? causeOf(error.cause ?? error.message) : String(error)

const runSql = async (clickhouse: ClickHouse, type: ShownPanel['type'], sql: string, shown: Shown) => {
  try {
    await ask(clickhouse, sql, { ...shown, chosen: ONE_CHOSEN })
    const answer = await ask(clickhouse, sql, shown)
    return { rows: answer.rows.length, problems: problemsOf(type, answer) }
  } catch (error) {
    return { rows: 0, problems: [causeOf(error).split('\n')[0] ?? 'fails'] }
  }
}

/** A query that was run: how many rows it gave and what is wrong with it. */
export interface Ran {
  readonly rows: number
  readonly problems: readonly string[]
}

/** Runs every SQL query of a panel, with everything chosen and with some. */
export const runPanel = async (clickhouse: ClickHouse, panel: ShownPanel, shown: Shown): Promise<Ran> => {
  const ran: Ran[] = []
  for (const target of panel.targets)
    if ('rawSql' in target) ran.push(await runSql(clickhouse, panel.type, target.rawSql, shown))
  return {
    rows: ran.reduce((sum, { rows }) => sum + rows, 0),
    problems: ran.flatMap(({ problems }) => problems),
  }
}

/** Runs the queries behind the variables: each must offer something to choose. */
export const runVariables = async (
  clickhouse: ClickHouse,
  { templating }: CheckedDashboard,
  shown: Shown,
): Promise<string[]> => {
  const problems: string[] = []
  for (const { type, name, query } of templating.list) {
    if (type !== 'query') continue
    const ran = await runSql(clickhouse, 'table', query, shown)
    problems.push(...ran.problems.map((problem) => `variable ${name}: ${problem}`))
  }
  return problems
}
