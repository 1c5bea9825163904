/** What Grafana knows when it runs a query: the shown range, the width of a point, and what is chosen (`all` for All). */
export interface Shown {
  readonly from: Date
  readonly to: Date
  readonly intervalS: number
  readonly chosen: Readonly<Record<string, readonly string[] | 'all'>>
}

const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1_000)

/** Index just behind the bracket that closes the one at `open`. */
const endOf = (sql: string, open: number): number => {
  let depth = 0
  for (let at = open; at < sql.length; at += 1) {
    if (sql[at] === '(') depth += 1
    if (sql[at] === ')') depth -= 1
    if (depth === 0) return at + 1
  }
  throw new Error(`a bracket is not closed in: ${sql.slice(open)}`)
}

/** Replaces each `$__name(argument)`. */
const replaceCalls = (sql: string, name: string, by: (argument: string) => string): string => {
  const start = sql.indexOf(`${name}(`)
  if (start < 0) return sql
  const open = start + name.length
  const end = endOf(sql, open)
  const rest = replaceCalls(sql.slice(end), name, by)
  return sql.slice(0, start) + by(sql.slice(open + 1, end - 1).trim()) + rest
}

const conditionalAll = (argument: string, chosen: Shown['chosen']): string => {
  const comma = argument.lastIndexOf(',')
  const name = argument
    .slice(comma + 1)
    .trim()
    .replace(/^\$/, '')
  if (!(name in chosen)) throw new Error(`$__conditionalAll asks for an unknown variable ${name}`)
  return chosen[name] === 'all' ? '1=1' : argument.slice(0, comma).trim()
}

const singleQuoted = (name: string, chosen: Shown['chosen']): string => {
  const values = chosen[name]
  if (values === undefined || values === 'all') throw new Error(`no values were chosen for ${name}`)
  return values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(',')
}

const expandCalls = (sql: string, { from, to, intervalS, chosen }: Shown): string => {
  const between = (column: string) =>
    `${column} >= toDateTime(${secondsOf(from)}) AND ${column} <= toDateTime(${secondsOf(to)})`
  const steps: readonly (readonly [string, (argument: string) => string])[] = [
    ['$__conditionalAll', (argument) => conditionalAll(argument, chosen)],
    ['$__timeFilter', between],
    ['$__timeInterval', (column) => `toStartOfInterval(toDateTime(${column}), INTERVAL ${intervalS} second)`],
  ]
  return steps.reduce((done, [name, by]) => replaceCalls(done, name, by), sql)
}

/** A query as Grafana's ClickHouse plugin sends it. A macro or variable that is left over is an error. */
export const expandMacros = (sql: string, shown: Shown): string => {
  const expanded = expandCalls(sql, shown)
    .replaceAll('$__fromTime', `toDateTime(${secondsOf(shown.from)})`)
    .replaceAll('$__toTime', `toDateTime(${secondsOf(shown.to)})`)
    .replaceAll('$__interval_s', String(shown.intervalS))
    .replace(/\$\{(\w+):singlequote\}/g, (_all, name: string) => singleQuoted(name, shown.chosen))
  const left = /\$(__\w+|\{[^}]*\}|[a-z_]\w*)/i.exec(expanded)
  if (left) throw new Error(`nobody expands ${left[0]}`)
  return expanded
}
