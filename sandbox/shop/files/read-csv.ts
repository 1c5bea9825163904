import { CsvError, parse } from 'csv-parse/sync'
import type { BadRow } from '../domain/ticket.ts'

export interface CsvRow {
  readonly line: number
  readonly cells: readonly string[]
}

interface ParsedRow {
  readonly info: { readonly lines: number }
  readonly record: string[]
}

/**
 * Splits a CSV text with a known head line into rows. Cells are kept to the letter: blanks are part of a till's names.
 * A wrong head line, a row with another number of cells and a broken quote are bad rows; an empty line is nothing.
 */
export function readCsv(
  file: BadRow['file'],
  text: string,
  head: readonly string[],
): { rows: CsvRow[]; bad: BadRow[] } {
  const parsed = split(file, text)
  if (!Array.isArray(parsed)) return { rows: [], bad: [parsed] }
  const rows = parsed.map((row) => ({ line: row.info.lines, cells: row.record }))
  const first = rows.shift()
  if (first === undefined || first.cells.join(',') !== head.join(',')) {
    const reason = `the first line must be "${head.join(',')}"`
    return { rows: [], bad: [{ file, line: first?.line ?? 1, reason }] }
  }
  const bad: BadRow[] = []
  const good = rows.filter((row) => {
    if (row.cells.length === head.length) return true
    bad.push({ file, line: row.line, reason: `${row.cells.length} cells where ${head.length} are needed` })
    return false
  })
  return { rows: good, bad }
}

function split(file: BadRow['file'], text: string): ParsedRow[] | BadRow {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const
    return parse(text, options) as unknown as ParsedRow[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1
    return { file, line, reason: `not readable as CSV: ${error.code}` }
  }
}
