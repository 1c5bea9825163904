import { addDays } from '#core/business-date.ts'
import type { StatedException, TillTotal } from '../domain/certificate.ts'
import { explainException } from '../domain/explain.ts'
import { wallClock } from '../http/csv-row.ts'
import { countOf, major, money, PAGE_WIDTH, table, wrap } from './layout.ts'
import type { PageFacts } from './page-facts.ts'
import { changeInWords, nameOfItem } from './words.ts'

const BALANCES: Readonly<Record<string, string>> = {
  payments: 'payments balance',
  issuing: 'issuing balance',
  risk_reserved: 'reserve held for risk',
  refund_and_dispute_prefunding: 'prefunding for refunds and disputes',
}

/** CLEAN, or why not; and whether Stripe's own balance stands behind it, which an old date's run does not read. */
export const headlineOf = ({ record, content }: PageFacts): string => {
  const isUnread = record.balance_type === 'payments' && record.stripe_snapshot === null
  if (record.clean) return isUnread ? "CLEAN, STRIPE'S BALANCE NOT READ" : 'CLEAN'
  const open = content.exceptions.length
  if (open > 0) return countOf(open, 'OPEN EXCEPTION', 'OPEN EXCEPTIONS')
  return record.stripe_snapshot?.agrees === false ? "STRIPE'S BALANCE DOES NOT AGREE" : 'DOES NOT AGREE'
}

const headOf = (facts: PageFacts, zone: string): string[] => {
  const { record, newestVersion } = facts
  const balance = BALANCES[record.balance_type] ?? record.balance_type
  const newest =
    record.version === newestVersion ? 'the newest' : `superseded: the newest is ${newestVersion}`
  return [
    `CERTIFICATE OF ${record.business_date}, ${record.currency.toUpperCase()}, ${balance}: ${headlineOf(facts)}`,
    `Version ${record.version} (${newest}), issued ${wallClock(record.issued_at, zone)}, times and dates of ${zone}.`,
    `Number ${record.id}`,
  ]
}

const openingWords = ({ record }: PageFacts): string => {
  if (record.opening_basis !== 'first') return `Opening, as ${addDays(record.business_date, -1)} closed`
  return record.opening === 0n
    ? 'Opening, first certificate, nothing stated as held before'
    : 'Opening, first certificate, as stated in shop.yaml (opening_balances)'
}

const equationOf = (facts: PageFacts): string[] => {
  const { record } = facts
  const text = (amount: bigint | string) => major(amount, record.currency)
  const lines = record.totals.map((total) => [
    `+ ${total.category}`,
    String(total.count),
    text(total.amount),
    text(total.fee),
    text(total.net),
  ])
  return [
    `WHAT STRIPE BOOKED ON THIS DATE (${record.currency.toUpperCase()})`,
    ...table(
      [
        ['', 'count', 'gross', 'fee', 'net'],
        [openingWords(facts), '', '', '', text(record.opening)],
        ...(lines.length > 0 ? lines : [['+ no balance transaction', '0', text(0n), text(0n), text(0n)]]),
        ['= Closing', String(record.counts['rows'] ?? 0), '', '', text(record.closing)],
      ],
      [1, 2, 3, 4],
    ),
  ]
}

const verdict = (agrees: boolean | null, difference: string): string => {
  if (agrees === null) return 'not read'
  return agrees ? 'agrees' : `does not agree, by ${difference}`
}

const stripeLeg = ({ record }: PageFacts, zone: string): string[][] => {
  const { stripe_snapshot: read, currency, closing } = record
  const text = (amount: bigint | string) => major(amount, currency)
  if (!read) return [["Stripe's own balance", 'not read', 'no run read it at the end of this date']]
  const total = BigInt(read.available) + BigInt(read.pending)
  const ours = closing + BigInt(read.netSince)
  return [
    [
      "Stripe's own balance",
      verdict(read.agrees, text(total - ours)),
      `read ${wallClock(new Date(read.readAt), zone)}`,
    ],
    ['', '', `available ${text(read.available)} + pending ${text(read.pending)} = ${text(total)}`],
    ['', '', `closing ${text(closing)} + booked since ${text(read.netSince)} = ${text(ours)}`],
    ...Object.entries(read.besides ?? {}).map(([name, amount]) => [
      '',
      '',
      `${name} ${text(amount)} beside it, compared with nothing`,
    ]),
  ]
}

const legsOf = (facts: PageFacts, zone: string): string[] => {
  const { record, content } = facts
  const counts = (name: string) => record.counts[name] ?? 0
  const states = ['matched', 'explained', 'adjusted'].map((name) => `${counts(name)} ${name}`).join(', ')
  const text = (amount: bigint | string) => major(amount, record.currency)
  const first = record.opening_basis === 'first' && record.stripe_snapshot?.agrees === false
  return [
    'HOW IT WAS CHECKED',
    ...table(
      [
        [
          'Every balance transaction',
          counts('exception') === 0 ? 'agrees' : `${counts('exception')} not paired`,
          `${states}, ${counts('exception')} in exception`,
        ],
        ...stripeLeg(facts, zone),
        [
          'Our ledger (our own postings)',
          verdict(content.ledgerNet === content.currencyNet, text(content.ledgerNet - content.currencyNet)),
          `posted ${text(content.ledgerNet)}, booked by Stripe ${text(content.currencyNet)} in all its balances`,
        ],
      ],
      [],
    ),
    ...(first
      ? [
          '  If Stripe held money before this date, state it as opening_balances in shop.yaml; nothing is guessed.',
        ]
      : []),
  ]
}

const sumsByCurrency = (items: readonly { readonly currency: string; readonly amount: bigint }[]): string => {
  const sums = new Map<string, bigint>()
  for (const { currency, amount } of items) sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount))
  return [...sums].map(([currency, sum]) => money(sum, currency)).join(', ')
}

const outstandingOf = ({ content }: PageFacts, zone: string): string[] => {
  const items = content.outstanding.toSorted(
    (one, other) => one.occurredAt.getTime() - other.occurredAt.getTime() || one.position - other.position,
  )
  if (items.length === 0)
    return ['OUTSTANDING AT THE END OF THE DATE', '  Nothing: Stripe had booked everything of ours.']
  return [
    'OUTSTANDING AT THE END OF THE DATE (ours, not booked by Stripe by then)',
    ...table(
      [
        ['since', 'what', 'Stripe object', 'amount', '', ''],
        ...items.map((item) => [
          wallClock(item.occurredAt, zone),
          nameOfItem(item),
          item.object,
          major(item.amount, item.currency),
          item.currency.toUpperCase(),
          item.state === 'timing' ? 'in time' : 'exception',
        ]),
      ],
      [3],
    ),
    `  ${countOf(items.length, 'item')}, ${sumsByCurrency(items)}`,
  ]
}

const tillsIn = (tills: readonly TillTotal[], currency: string): string[] => {
  const part = (till: TillTotal, name: 'card' | 'refunds' | 'cash' | 'checks') => till[name] ?? 0n
  const names = ['card', 'refunds', 'cash', 'checks'] as const
  const total = (name: (typeof names)[number]) =>
    tills.reduce((sum, till) => sum + BigInt(part(till, name)), 0n)
  return [
    `TILLS, AS OUR LEDGER HAS THEM (${currency.toUpperCase()})`,
    ...table(
      [
        ['till', 'cards', 'card refunds', 'cash', 'checks'],
        ...tills.map((till) => [till.till, ...names.map((name) => major(part(till, name), currency))]),
        ['all', ...names.map((name) => major(total(name), currency))],
      ],
      [1, 2, 3, 4],
    ),
  ]
}

/** Its own currency first, then what tills took in currencies that Stripe had not settled in by then. */
const tillsOf = ({ content: { tills }, record }: PageFacts): string[] => {
  if (tills.length === 0) return ['TILLS', '  No till took or gave anything on this date.']
  const others = new Set(tills.map(({ currency }) => currency).filter((one) => one !== record.currency))
  return [record.currency, ...[...others].sort()]
    .map((currency) => ({ currency, own: tills.filter((till) => till.currency === currency) }))
    .filter(({ own }) => own.length > 0)
    .flatMap(({ currency, own }) => tillsIn(own, currency))
}

/** An exception as stored, whose amounts are text, in one sentence. */
export const sentenceOf = (stated: StatedException): string =>
  explainException({ ...stated, expected: BigInt(stated.expected), actual: BigInt(stated.actual) })

const exceptionsOf = ({ content }: PageFacts): string[] => {
  if (content.exceptions.length === 0) return ['OPEN EXCEPTIONS', '  None.']
  return [
    `OPEN EXCEPTIONS (${content.exceptions.length})`,
    ...content.exceptions.flatMap((stated, at) =>
      wrap(
        `${at + 1}. ${stated.category}, ${stated.severity}: ${sentenceOf(stated)}`,
        PAGE_WIDTH - 2,
        '   ',
      ).map((line) => `  ${line}`),
    ),
  ]
}

const changesOf = ({ record, previousVersionId }: PageFacts): string[] => {
  if (record.version === 1) return []
  return [
    `WHAT CHANGED SINCE VERSION ${record.version - 1} (${previousVersionId ?? 'not stored'})`,
    ...(record.changes.length === 0 ? ['  Nothing that it states.'] : []),
    ...record.changes.flatMap((change) =>
      wrap(`- ${changeInWords(change, record.currency)}`, PAGE_WIDTH - 2, '  ').map((line) => `  ${line}`),
    ),
    '',
  ]
}

const chainOf = ({ record, chainLength }: PageFacts): string[] => [
  'HOW TO CHECK THIS PAGE AGAIN',
  `  Link ${record.seq} of ${chainLength} in the chain of certificates, format ${record.format}.`,
  `  Run:  npx tillwatch certify ${record.id}`,
  `  Digest of what it states     ${record.digest}`,
  ...(record.evidence_digest === null ? [] : [`  Digest of its evidence       ${record.evidence_digest}`]),
  `  Digest of the link before    ${record.previous_digest}`,
  '  The balance transactions one by one: the same address with format=csv, or certify ID --csv FILE.',
]

/** A certificate as a page of text that a bookkeeper reads without help: lines of at most about 100 characters. */
export const certificatePage = (facts: PageFacts, zone: string): string =>
  [
    ...headOf(facts, zone),
    '',
    ...equationOf(facts),
    '',
    ...legsOf(facts, zone),
    '',
    ...exceptionsOf(facts),
    '',
    ...outstandingOf(facts, zone),
    '',
    ...tillsOf(facts),
    '',
    ...changesOf(facts),
    ...chainOf(facts),
    '',
  ].join('\n')
