import {
  exceptionName,
  type CertificateContent,
  type CertificateRow,
  type OutstandingItem,
  type StatedException,
  type StripeSnapshot,
  type TillTotal,
} from './certificate.ts'

/** What was and what is, field by field; null where there was nothing, or is nothing any more. Amounts are minor units. */
export type ChangedFields = Readonly<Record<string, readonly [before: string | null, after: string | null]>>

/** One difference between two versions of a certificate. */
export interface Change {
  readonly what: 'row' | 'outstanding' | 'exception' | 'opening' | 'ledger' | 'till' | 'snapshot' | 'format'
  readonly id: string
  readonly change: 'appeared' | 'vanished' | 'changed'
  /** Only the fields that differ; all of them of what appeared or vanished. Not on certificates of format 1. */
  readonly fields?: ChangedFields
}

type Fields = Readonly<Record<string, string | null>>

const rowFields = (row: CertificateRow): Fields => ({
  reporting_category: row.reportingCategory,
  type: row.type,
  currency: row.currency,
  amount: row.amount.toString(),
  fee: row.fee.toString(),
  net: row.net.toString(),
  created: row.createdAt.toISOString(),
  available_on: row.availableAt.toISOString(),
  description: row.description,
  exchange_rate: row.exchangeRate,
  source: row.source,
  state: row.state,
  exception: row.category,
  answers: row.counterpartObject,
  answers_on: row.counterpartAccount,
})

const itemFields = (item: OutstandingItem): Fields => ({
  account: item.account,
  object: item.object,
  currency: item.currency,
  amount: item.amount.toString(),
  state: item.state,
})

// Amounts of a stored certificate come back from JSON as text, and a forged one may have none at all.
const amountText = (amount: unknown): string | null => (amount === undefined ? null : String(amount))

const exceptionFields = (stated: StatedException): Fields => ({
  category: stated.category,
  object: stated.object,
  currency: stated.currency,
  expected: amountText(stated.expected),
  actual: amountText(stated.actual),
})

const tillFields = (till: TillTotal): Fields => ({
  currency: till.currency,
  card: amountText(till.card),
  refunds: amountText(till.refunds),
  cash: amountText(till.cash),
  checks: amountText(till.checks),
})

/** Names made unique: two items of one account and object are told apart by their order. */
const named = <T>(items: readonly T[], nameOf: (item: T) => string, fieldsOf: (item: T) => Fields) => {
  const map = new Map<string, Fields>()
  for (const item of items) {
    const name = nameOf(item)
    let free = name
    for (let at = 2; map.has(free); at += 1) free = `${name} (${at})`
    map.set(free, fieldsOf(item))
  }
  return map
}

const differing = (before: Fields | undefined, after: Fields | undefined): ChangedFields => {
  const keys = Object.keys(after ?? before ?? {})
  const pairs = keys.map((key) => [key, [before?.[key] ?? null, after?.[key] ?? null]] as const)
  return Object.fromEntries(pairs.filter(([, [was, is]]) => was !== is))
}

const compare = (
  what: Change['what'],
  before: ReadonlyMap<string, Fields>,
  after: ReadonlyMap<string, Fields>,
): Change[] => {
  const one = (id: string, change: Change['change']): Change => ({
    what,
    id,
    change,
    fields: differing(before.get(id), after.get(id)),
  })
  const both = [...after.keys()].filter((id) => before.has(id)).map((id) => one(id, 'changed'))
  return [
    ...[...after.keys()].filter((id) => !before.has(id)).map((id) => one(id, 'appeared')),
    ...[...before.keys()].filter((id) => !after.has(id)).map((id) => one(id, 'vanished')),
    ...both.filter(({ fields }) => Object.keys(fields ?? {}).length > 0),
  ]
}

const figure = (what: Change['what'], id: string, before: Fields, after: Fields): Change[] => {
  const fields = differing(before, after)
  return Object.keys(fields).length === 0 ? [] : [{ what, id, change: 'changed', fields }]
}

const rowsOf = (content: CertificateContent) => named(content.rows, ({ id }) => id, rowFields)
const itemsOf = (content: CertificateContent) =>
  named(content.outstanding, ({ account, object }) => `${account}:${object}`, itemFields)
const exceptionsOf = (content: CertificateContent) =>
  named(content.exceptions, exceptionName, exceptionFields)
const tillsOf = ({ key, tills }: CertificateContent) =>
  named(
    tills,
    ({ till, currency }) => (currency === key.currency ? till : `${till} (${currency})`),
    tillFields,
  )
const openingOf = (content: CertificateContent): Fields => ({
  amount: content.opening.toString(),
  basis: content.openingBasis,
})
const ledgerOf = (content: CertificateContent): Fields => ({ net: content.ledgerNet.toString() })

/** What the new version changes, named one by one. Empty for equal contents. */
export const changesBetween = (before: CertificateContent, after: CertificateContent): Change[] => [
  ...compare('row', rowsOf(before), rowsOf(after)),
  ...compare('outstanding', itemsOf(before), itemsOf(after)),
  ...compare('exception', exceptionsOf(before), exceptionsOf(after)),
  ...figure('opening', after.key.currency, openingOf(before), openingOf(after)),
  ...figure('ledger', after.key.currency, ledgerOf(before), ledgerOf(after)),
  ...compare('till', tillsOf(before), tillsOf(after)),
]

/** The version before, as far as its successor is compared with it. */
export interface VersionBefore {
  readonly content: CertificateContent
  readonly agreed: boolean
  readonly format: number
}

/** What a version changes against the one before it, its snapshot's verdict too; empty for the first version. */
export const changesOfVersion = (
  before: VersionBefore | undefined,
  content: CertificateContent,
  snapshot: Pick<StripeSnapshot, 'agrees'> | null,
): Change[] => {
  if (before === undefined) return []
  const verdict = (agrees: boolean): Fields => ({ agrees: String(agrees) })
  return [
    ...(before.format === 2
      ? []
      : figure('format', content.key.currency, { format: String(before.format) }, { format: '2' })),
    ...changesBetween(before.content, content),
    ...(snapshot === null
      ? []
      : figure('snapshot', content.key.currency, verdict(before.agreed), verdict(snapshot.agrees))),
  ]
}
