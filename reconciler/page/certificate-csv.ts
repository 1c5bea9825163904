import { stringify } from 'csv-stringify/sync'
import { csvText } from '#core/http/csv-text.ts'
import { wallClock } from '../http/csv-row.ts'
import { headlineOf, sentenceOf } from './certificate-page.ts'
import { major } from './layout.ts'
import type { PageFacts } from './page-facts.ts'
import { changeInWords, nameOfItem } from './words.ts'

const COLUMNS = [
  'section',
  'name',
  'what',
  'time',
  'currency',
  'count',
  'gross',
  'fee',
  'net',
  'state',
  'text',
]

type Line = Partial<Record<(typeof COLUMNS)[number], string>>

const headLines = (facts: PageFacts, zone: string): Line[] => {
  const { record } = facts
  const fact = (name: string, text: string): Line => ({ section: 'certificate', name, text: csvText(text) })
  return [
    fact('id', record.id),
    fact('headline', headlineOf(facts)),
    fact('date', record.business_date),
    fact('balance_type', record.balance_type),
    fact('version', String(record.version)),
    fact('newest_version', String(facts.newestVersion)),
    fact('issued', wallClock(record.issued_at, zone)),
    fact('time_zone', zone),
    fact('link', `${record.seq} of ${facts.chainLength}`),
    fact('digest', record.digest),
    fact('evidence_digest', record.evidence_digest ?? ''),
  ]
}

const moneyLines = ({ record, content }: PageFacts, zone: string): Line[] => {
  const { currency, stripe_snapshot: read } = record
  const text = (amount: bigint | string) => major(amount, currency)
  const line = (section: string, name: string, net: bigint | string, more: Line = {}): Line => ({
    section,
    name,
    currency,
    net: text(net),
    ...more,
  })
  const state = (agrees: boolean) => ({ state: agrees ? 'agrees' : 'does not agree' })
  return [
    line('equation', 'opening', record.opening, { what: record.opening_basis ?? '' }),
    ...record.totals.map((total) =>
      line('equation', csvText(total.category), total.net, {
        count: String(total.count),
        gross: text(total.amount),
        fee: text(total.fee),
      }),
    ),
    line('equation', 'closing', record.closing),
    ...(read
      ? [
          line('stripe', 'available', read.available, { time: wallClock(new Date(read.readAt), zone) }),
          line('stripe', 'pending', read.pending),
          line('stripe', 'booked_since', read.netSince, state(read.agrees)),
          ...Object.entries(read.besides ?? {}).map(([name, amount]) =>
            line('stripe', csvText(name), amount, { state: 'not compared' }),
          ),
        ]
      : []),
    line('ledger', 'posted', content.ledgerNet, state(content.ledgerNet === content.currencyNet)),
    line('ledger', 'booked_by_stripe', content.currencyNet),
  ]
}

const tillLines = ({ content }: PageFacts): Line[] =>
  content.tills.flatMap((till) =>
    (['card', 'refunds', 'cash', 'checks'] as const).map((what) => ({
      section: 'till',
      name: csvText(till.till),
      what,
      currency: till.currency,
      net: major(till[what] ?? 0n, till.currency),
    })),
  )

const listLines = ({ record, content }: PageFacts, zone: string): Line[] => [
  ...content.exceptions.map((stated) => ({
    section: 'exception',
    name: csvText(stated.object),
    what: stated.category,
    currency: stated.currency,
    net: major(stated.difference, stated.currency),
    state: stated.severity,
    text: csvText(sentenceOf(stated)),
  })),
  ...content.outstanding.map((item) => ({
    section: 'outstanding',
    name: csvText(item.object),
    what: nameOfItem(item),
    time: wallClock(item.occurredAt, zone),
    currency: item.currency,
    net: major(item.amount, item.currency),
    state: item.state === 'timing' ? 'in time' : 'exception',
  })),
  ...content.rows.map((row) => ({
    section: 'balance_transaction',
    name: csvText(row.id),
    what: csvText(row.reportingCategory),
    time: wallClock(row.createdAt, zone),
    currency: row.currency,
    gross: major(row.amount, row.currency),
    fee: major(row.fee, row.currency),
    net: major(row.net, row.currency),
    state: row.state,
    text: csvText(row.counterpartObject ?? row.source),
  })),
  ...record.changes.map((change) => ({
    section: 'changed',
    name: csvText(change.id),
    what: `${change.what} ${change.change}`,
    text: csvText(changeInWords(change, record.currency)),
  })),
]

/**
 * A certificate as one flat CSV table: a section per line, so that it can be filtered; amounts in major units, what moves the
 * balance always in `net`. RFC 4180, UTF-8; text that a spreadsheet would run is guarded.
 */
export const certificateCsv = (facts: PageFacts, zone: string): string => {
  const lines = [
    ...headLines(facts, zone),
    ...moneyLines(facts, zone),
    ...tillLines(facts),
    ...listLines(facts, zone),
  ]
  return stringify([COLUMNS, ...lines.map((line) => COLUMNS.map((column) => line[column] ?? ''))], {
    record_delimiter: '\r\n',
  })
}
