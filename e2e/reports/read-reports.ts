import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { endOfBusinessDate } from '#core/business-date.ts'

/** A platform, its data folder, and the business dates of `zone` that are looked at. */
export interface Place {
  readonly url: string
  readonly data: string
  readonly zone: string
  readonly from: string
  readonly to: string
}

export interface Certificate {
  readonly id: string
  readonly date: string
  readonly currency: string
  readonly balance_type: string
  readonly version: number
  readonly opening: number
  readonly closing: number
  readonly clean: boolean
  readonly totals: readonly { category: string; count: number; amount: number; fee: number; net: number }[]
}

const DECIMALS: Readonly<Record<string, number>> = { gbp: 2, eur: 2, usd: 2, jpy: 0, kwd: 3 }

/** Minor units of a text such as `-12.34`, read digit by digit: this check shares no code with what it checks. */
export const minorOf = (text: string, currency: string): number => {
  const decimals = DECIMALS[currency]
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  if (decimals === undefined || whole === '' || rest.length !== decimals)
    throw new Error(`${text} is no amount of ${currency}`)
  return Number(`${sign}${whole}${rest}`)
}

const api = async (place: Place, path: string): Promise<Response> => {
  const token = (await readFile(join(place.data, 'cli-token'), 'utf8')).trim()
  const response = await fetch(`${place.url}/payments/api${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

/** The newest version of each certificate of the dates. */
export const readCertificates = async (place: Place): Promise<Certificate[]> => {
  const newest = new Map<string, Certificate>()
  let cursor = ''
  do {
    const page = (await (
      await api(place, `/reconciliation/certificates?from=${place.from}&to=${place.to}&limit=100${cursor}`)
    ).json()) as { data: Certificate[]; next_cursor: string | null }
    for (const one of page.data) {
      const key = `${one.date} ${one.currency} ${one.balance_type}`
      if ((newest.get(key)?.version ?? 0) < one.version) newest.set(key, one)
    }
    cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`
  } while (cursor !== '')
  return [...newest.values()].sort((one, other) => (one.date < other.date ? -1 : 1))
}

export type Line = Readonly<Record<string, string>>

/** A report as its reader has it: the names of the header line, and a record for each line below. */
export interface Download {
  readonly header: readonly string[]
  readonly lines: readonly Line[]
}

/** Downloads a report as CSV and reads it as any program would. Throws when it is marked as not certified throughout. */
export const download = async (place: Place, type: string, currency: string): Promise<Download> => {
  const range = `from=${place.from}&to=${place.to}&currency=${currency}`
  const answer = await api(place, `/reconciliation/reports/${type}?${range}`)
  const uncertified = answer.headers.get('tillwatch-uncertified-dates')
  if (uncertified !== null) throw new Error(`${type}: not certified: ${uncertified}`)
  const [header = [], ...rest] = parse(await answer.text()) as string[][]
  return {
    header,
    lines: rest.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? '']))),
  }
}

/** The sum of a column of amounts, minor units. */
export const sumOf = ({ lines }: Download, column: string): number =>
  lines.reduce((total, line) => total + minorOf(line[column] ?? '', line['currency'] ?? ''), 0)

/** The sandbox's own running balance at the end of a date; minor units. */
export const sandboxBalance = async (place: Place, date: string, currency: string): Promise<number> => {
  const atMs = endOfBusinessDate(date, place.zone).getTime() - 1
  const answer = await fetch(`${place.url}/_sandbox/balance?at_ms=${atMs}`)
  if (!answer.ok) throw new Error(`/_sandbox/balance: ${answer.status}`)
  const { data } = (await answer.json()) as {
    data: { currency: string; balance_type: string; amount: number }[]
  }
  return data
    .filter((pot) => pot.currency === currency && pot.balance_type === 'payments')
    .reduce((total, { amount }) => total + amount, 0)
}
