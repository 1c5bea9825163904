const BIG = 1_000
const SECONDS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const

const plain = (value: number, decimals?: number): string =>
  value.toLocaleString('en-GB', {
    maximumFractionDigits: decimals ?? (Math.abs(value) >= 100 ? 0 : 2),
    minimumFractionDigits: Number.isInteger(value) ? 0 : (decimals ?? 0),
  })

const seconds = (value: number): string => {
  const [size, name] = SECONDS.find(([least]) => Math.abs(value) >= least) ?? [1, 's']
  return `${plain(value / size, 1)} ${name}`
}

const SHAPES: Readonly<Record<string, (value: number, decimals?: number) => string>> = {
  percentunit: (value, decimals = 1) => `${(value * 100).toFixed(decimals)} %`,
  ms: (value) => (value >= BIG ? `${plain(value / BIG, 2)} s` : `${plain(value, 0)} ms`),
  s: (value) => seconds(value),
  ops: (value) => `${plain(value)}/s`,
  bool_yes_no: (value) => (value === 0 ? 'No' : 'Yes'),
}

/** A value as Grafana would write it in a unit. */
export const formatValue = (value: number, unit: string, decimals?: number): string =>
  (SHAPES[unit] ?? plain)(value, decimals)

/** Text that cannot be markup. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A cell of a table: numbers right and grouped, times to the minute. */
export const formatCell = (column: string, type: string, value: unknown): string => {
  if (value === null || value === undefined) return '–'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
  if (type.startsWith('DateTime')) return text.slice(0, 16)
  if (!/Int|Float|Decimal/.test(type)) return escapeHtml(text)
  if (column.endsWith('_rate')) return formatValue(Number(text), 'percentunit')
  return plain(Number(text))
}
