import { nextDate } from '#core/business-date.ts'
import {
  download,
  minorOf,
  readCertificates,
  sandboxBalance,
  sumOf,
  type Certificate,
  type Download,
  type Place,
} from './read-reports.ts'

/** One equality between values that came different ways; amounts are minor units. */
export interface Equality {
  readonly what: string
  readonly values: Readonly<Record<string, string>>
  readonly holds: boolean
}

/** Stripe's default columns of each report, copied by hand from its documentation (stripe.md §8). */
const HEADERS: Readonly<Record<string, string>> = {
  balance_summary: 'category,description,net_amount,currency',
  'balance_change_from_activity.itemized':
    'balance_transaction_id,created_utc,created,available_on_utc,available_on,currency,gross,fee,net,reporting_category,source_id,description',
  'payout_reconciliation.itemized':
    'automatic_payout_id,automatic_payout_effective_at,balance_transaction_id,created,available_on,currency,gross,fee,net,reporting_category,description',
  'ending_balance_reconciliation.itemized':
    'balance_transaction_id,created_utc,created,available_on_utc,available_on,currency,gross,fee,net,reporting_category,source_id,description',
}

const equal = (what: string, values: Readonly<Record<string, number | string>>): Equality => ({
  what,
  values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
  holds: new Set(Object.values(values)).size === 1,
})

const PAYOUTS = new Set(['payout', 'payout_reversal'])

/** A line of a balance summary, minor units; every currency that is held has all four. */
const lineOf = ({ lines }: Download, category: string, currency: string): number =>
  minorOf(lines.find((one) => one['category'] === category)?.['net_amount'] ?? '', currency)

/** The headers of the four downloads are Stripe's. */
const headersOf = (downloads: Readonly<Record<string, Download>>): Equality[] =>
  Object.entries(downloads).map(([type, { header }]) =>
    equal(`header of ${type}`, { download: header.join(','), stripe: HEADERS[type] ?? '' }),
  )

/** What the certificates say of activity, or of payouts. */
const certified = (
  certificates: readonly Certificate[],
  field: 'amount' | 'fee' | 'net' | 'count',
  payouts: boolean,
): number =>
  certificates
    .flatMap((one) => one.totals)
    .filter(({ category }) => PAYOUTS.has(category) === payouts)
    .reduce((total, one) => total + one[field], 0)

/**
 * A date on which money was held: four ways to know how much, and the dates after it begin with the same. With nothing held
 * every sum would be equal by being 0, so that does not hold.
 */
export const checkHeldDate = async (place: Place, date: string, currency: string): Promise<Equality[]> => {
  const until = { ...place, to: date }
  const closing = (await readCertificates({ ...place, from: date, to: date })).find(
    (one) => one.currency === currency && one.balance_type === 'payments',
  )?.closing
  const ending = await download(until, 'ending_balance_reconciliation.itemized', currency)
  const held = equal(`held at the end of ${date}`, {
    summary: lineOf(await download(until, 'balance_summary', currency), 'ending_balance', currency),
    certificate: closing ?? 'none',
    sandbox: await sandboxBalance(place, date, currency),
    unpaid_rows: sumOf(ending, 'net'),
  })
  const after = { ...place, from: nextDate(date) }
  const next = equal(`held at the start of ${after.from}`, {
    summary: lineOf(await download(after, 'balance_summary', currency), 'starting_balance', currency),
    certificate: closing ?? 'none',
  })
  return [{ ...held, holds: held.holds && closing !== 0 && ending.lines.length > 0 }, next]
}

/** The date on which the certificates say that most was held; the last of them in doubt. */
export const fullestDate = (certificates: readonly Certificate[]): string | undefined =>
  certificates.reduce<Certificate | undefined>(
    (most, one) => (most === undefined || Math.abs(one.closing) >= Math.abs(most.closing) ? one : most),
    undefined,
  )?.date

/**
 * Reports as they are downloaded, certificates and the sandbox's own books against each other, in minor units of one currency:
 * over all dates, and at the end of `held`, by default the date on which most was held.
 */
export const checkReports = async (place: Place, currency: string, held?: string): Promise<Equality[]> => {
  const certificates = (await readCertificates(place)).filter(
    (one) => one.currency === currency && one.balance_type === 'payments',
  )
  const first = certificates.at(0)
  const last = certificates.at(-1)
  if (!first || !last) throw new Error('no certificates')
  const summary = await download(place, 'balance_summary', currency)
  const activity = await download(place, 'balance_change_from_activity.itemized', currency)
  const ending = await download(place, 'ending_balance_reconciliation.itemized', currency)
  const paid = await download(place, 'payout_reconciliation.itemized', currency)
  const line = (category: string) => lineOf(summary, category, currency)
  const dates = await Promise.all(
    certificates.map(async (one) =>
      equal(`closing of ${one.date}`, {
        certificate: one.closing,
        sandbox: await sandboxBalance(place, one.date, currency),
      }),
    ),
  )
  return [
    ...headersOf({
      balance_summary: summary,
      'balance_change_from_activity.itemized': activity,
      'payout_reconciliation.itemized': paid,
      'ending_balance_reconciliation.itemized': ending,
    }),
    ...dates,
    equal('starting balance', { report: line('starting_balance'), certificate: first.opening }),
    equal('ending balance', {
      report: line('ending_balance'),
      certificate: last.closing,
      sandbox: await sandboxBalance(place, last.date, currency),
      unpaid_rows: sumOf(ending, 'net'),
    }),
    equal('activity, net', {
      summary: line('activity'),
      itemized: sumOf(activity, 'net'),
      certificates: certified(certificates, 'net', false),
    }),
    equal('activity, gross', {
      itemized: sumOf(activity, 'gross'),
      certificates: certified(certificates, 'amount', false),
    }),
    equal('activity, fees', {
      itemized: sumOf(activity, 'fee'),
      certificates: certified(certificates, 'fee', false),
    }),
    equal('activity, rows', {
      itemized: activity.lines.length,
      certificates: certified(certificates, 'count', false),
    }),
    equal('payouts', {
      summary: -line('payouts'),
      items: sumOf(paid, 'net'),
      certificates: -certified(certificates, 'net', true),
    }),
    ...(await checkHeldDate(place, held ?? fullestDate(certificates) ?? last.date, currency)),
  ]
}
