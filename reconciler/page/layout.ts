import { isCurrency } from '#core/currencies.ts'
import { formatMajor } from '#core/money.ts'

/** An amount in major units; a currency that the platform cannot count has two decimals, as most of Stripe's have. */
export const major = (amount: bigint | string, currency: string): string =>
  formatMajor(BigInt(amount), isCurrency(currency) ? currency : 'usd')

/** An amount with its currency, for sentences. */
export const money = (amount: bigint | string, currency: string): string =>
  `${major(amount, currency)} ${currency.toUpperCase()}`

/** `n thing` or `n things`. */
export const countOf = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const widthOf = (rows: readonly (readonly string[])[], at: number): number =>
  Math.max(0, ...rows.map((row) => (row[at] ?? '').length))

/** Lines of a table, two spaces in; columns in `right` are aligned to the right, nothing trails. */
export const table = (rows: readonly (readonly string[])[], right: readonly number[]): string[] => {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_none, at) => widthOf(rows, at))
  const cell = (text: string, at: number) =>
    right.includes(at) ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)
  return rows.map((row) => `  ${widths.map((_width, at) => cell(row[at] ?? '', at)).join('  ')}`.trimEnd())
}

/** Text broken at spaces so that no line is longer than `width`, with `indent` before every line but the first. */
export const wrap = (text: string, width: number, indent: string): string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(lines.length === 0 ? word : `${indent}${word}`)
  }
  return lines
}

/** Characters a line of a page may have. */
export const PAGE_WIDTH = 100
