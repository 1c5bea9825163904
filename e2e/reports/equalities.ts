import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { endOfBusinessDate } from '#core/business-date.ts'

/** One equality between numbers that came different ways; in the text of major units. */
export interface Equality {
  readonly what: string
  readonly values: Readonly<Record<string, string>>
  readonly holds: boolean
}

export interface Place {
  readonly url: string
  readonly data: string
  readonly zone: string
  readonly from: string
  readonly to: string
}

interface Certificate {
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

type Line = Readonly<Record<string, string>>

const report = async (place: Place, type: string, query: string): Promise<Line[]> => {
  const answer = await api(
    place,
    `/reconciliation/reports/${type}?from=${place.from}&to=${place.to}&format=json${query}`,
  )
  return ((await answer.json()) as { data: Line[] }).data
}

const sum = (lines: readonly Line[], column: string): number =>
  lines.reduce((total, line) => total + minorOf(line[column] ?? '', line['currency'] ?? ''), 0)

/** The sandbox's own running balance at the end of a date; null when it has no such route. */
const sandboxBalance = async (place: Place, date: string, currency: string): Promise<number> => {
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

const equal = (what: string, values: Readonly<Record<string, number>>): Equality => ({
  what,
  values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
  holds: new Set(Object.values(values)).size === 1,
})

const PAYOUTS = new Set(['payout', 'payout_reversal'])

/** Reports, certificates and the sandbox's own books against each other, in minor units of one currency. */
export const checkReports = async (place: Place, currency: string): Promise<Equality[]> => {
  const certificates = (await readCertificates(place)).filter(
    (one) => one.currency === currency && one.balance_type === 'payments',
  )
  const first = certificates.at(0)
  const last = certificates.at(-1)
  if (!first || !last) throw new Error('no certificates')
  const totals = certificates.flatMap((one) => one.totals)
  const certified = (field: 'amount' | 'fee' | 'net', payouts: boolean) =>
    totals
      .filter(({ category }) => PAYOUTS.has(category) === payouts)
      .reduce((total, one) => total + one[field], 0)
  const summary = await report(place, 'balance_summary', `&currency=${currency}`)
  const line = (category: string) =>
    minorOf(summary.find((one) => one['category'] === category)?.['net_amount'] ?? '0.00', currency)
  const activity = await report(place, 'balance_change_from_activity.itemized', `&currency=${currency}`)
  const ending = await report(place, 'ending_balance_reconciliation.itemized', `&currency=${currency}`)
  const paid = await report(place, 'payout_reconciliation.itemized', `&currency=${currency}`)
  const dates = await Promise.all(
    certificates.map(async (one) =>
      equal(`closing of ${one.date}`, {
        certificate: one.closing,
        sandbox: await sandboxBalance(place, one.date, currency),
      }),
    ),
  )
  return [
    ...dates,
    equal('starting balance', { report: line('starting_balance'), certificate: first.opening }),
    equal('ending balance', {
      report: line('ending_balance'),
      certificate: last.closing,
      sandbox: await sandboxBalance(place, last.date, currency),
      unpaid_rows: sum(ending, 'net'),
    }),
    equal('activity, net', {
      summary: line('activity'),
      itemized: sum(activity, 'net'),
      certificates: certified('net', false),
    }),
    equal('activity, gross', {
      itemized: sum(activity, 'gross'),
      certificates: certified('amount', false),
    }),
    equal('activity, fees', { itemized: sum(activity, 'fee'), certificates: certified('fee', false) }),
    equal('activity, rows', {
      itemized: activity.length,
      certificates: totals
        .filter(({ category }) => !PAYOUTS.has(category))
        .reduce((total, { count }) => total + count, 0),
    }),
    equal('payouts', {
      summary: -line('payouts'),
      items: sum(paid, 'net'),
      certificates: -certified('net', true),
    }),
  ]
}
