import type { OutstandingItem } from '../domain/certificate.ts'
import type { Change, ChangedFields } from '../domain/certificate-changes.ts'
import { major, money } from './layout.ts'

const ACCOUNTS: Readonly<Record<string, string>> = {
  'clearing:card': 'card sale',
  'clearing:refund': 'card refund',
  'clearing:dispute': 'dispute',
  'clearing:payout': 'payout',
}

/** What an outstanding item is, for people who do not know our accounts. */
export const nameOfItem = ({ account, amount }: Pick<OutstandingItem, 'account' | 'amount'>): string => {
  const name = ACCOUNTS[account] ?? account
  if (account === 'clearing:payout' && BigInt(amount) > 0n)
    return 'failed or canceled payout, money to come back'
  if (account === 'clearing:refund' && BigInt(amount) > 0n) return 'failed refund, money to come back'
  if (account === 'clearing:dispute' && BigInt(amount) > 0n) return 'dispute won, money to come back'
  return name
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  reporting_category: 'category',
  amount: 'gross amount',
  available_on: 'available on',
  exchange_rate: 'exchange rate',
  answers: 'answer in our ledger',
  answers_on: 'account of the answer',
  exception: 'exception',
  expected: 'expected amount',
  actual: 'amount found',
}

const AMOUNTS = new Set(['amount', 'fee', 'net', 'expected', 'actual', 'card', 'refunds', 'cash', 'checks'])

const value = (field: string, text: string | null, currency: string): string => {
  if (text === null || text === '') return 'nothing'
  return AMOUNTS.has(field) && /^-?\d+$/.test(text) ? major(text, currency) : text
}

/** The order in which people read them; stored JSON keeps none. */
const ORDER = [
  'reporting_category',
  'type',
  'currency',
  'amount',
  'fee',
  'net',
  'expected',
  'actual',
  'state',
]

const orderOf = (field: string): number => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length)

const differences = (fields: ChangedFields, currency: string): string =>
  Object.entries(fields)
    .sort(([one], [other]) => orderOf(one) - orderOf(other) || (one < other ? -1 : 1))
    .map(
      ([field, [was, is]]) =>
        `${FIELD_NAMES[field] ?? field} was ${value(field, was, currency)}, is ${value(field, is, currency)}`,
    )
    .join('; ')

const only = (fields: ChangedFields | undefined, field: string): string =>
  fields?.[field]?.[1] ?? fields?.[field]?.[0] ?? ''

const rowWords = ({ id, change, fields = {} }: Change, currency: string): string => {
  const own = only(fields, 'currency') || currency
  const amount = (field: string) => (only(fields, field) === '' ? '?' : money(only(fields, field), own))
  const what = `${only(fields, 'reporting_category')} of ${amount('amount')}, fee ${amount('fee')}, net ${amount('net')}`
  if (change === 'appeared')
    return `Balance transaction ${id} is new on this date: ${what}, created ${only(fields, 'created')}, ${only(fields, 'state')}.`
  if (change === 'vanished') return `Balance transaction ${id} is no longer on this date: ${what}.`
  return `Balance transaction ${id}: ${differences(fields, currency)}.`
}

const itemWords = ({ id, change, fields = {} }: Change, currency: string): string => {
  if (change === 'changed') return `Outstanding ${id}: ${differences(fields, currency)}.`
  const own = only(fields, 'currency') || currency
  const amount = BigInt(only(fields, 'amount') || 0)
  const item = `${nameOfItem({ account: only(fields, 'account'), amount })} ${only(fields, 'object')} of ${money(amount, own)}`
  return change === 'appeared' ? `Now outstanding: ${item}.` : `No longer outstanding: ${item}.`
}

const exceptionWords = ({ id, change, fields = {} }: Change, currency: string): string => {
  const own = only(fields, 'currency') || currency
  if (change === 'changed') return `Exception ${id}: ${differences(fields, own)}.`
  const what = `${only(fields, 'category')} on ${only(fields, 'object')}, expected ${money(only(fields, 'expected') || '0', own)}, found ${money(only(fields, 'actual') || '0', own)}`
  return change === 'appeared' ? `New exception: ${what}.` : `Exception closed: ${what}.`
}

/** The currency of a till's line: a changed line keeps it, and names it when it is not the certificate's. */
const tillCurrency = ({ id, fields = {} }: Change, currency: string): string =>
  only(fields, 'currency') || (/ \((\w{3})\)$/.exec(id)?.[1] ?? currency)

const VERBS = { appeared: 'is new', vanished: 'is gone', changed: 'changed' } as const

/** A change in words that a bookkeeper reads; amounts without a currency of their own are in the certificate's. */
export const changeInWords = (change: Change, currency: string): string => {
  const { what, id, fields } = change
  // Certificates of format 1 name what changed and not how.
  if (!fields) return `${what} ${id} ${VERBS[change.change]}.`
  if (what === 'row') return rowWords(change, currency)
  if (what === 'outstanding') return itemWords(change, currency)
  if (what === 'exception') return exceptionWords(change, currency)
  if (what === 'opening')
    return `Opening balance: ${differences(fields, currency)} (an earlier date, or what was stated at go-live, changed).`
  if (what === 'ledger') return `Our own postings of this date: ${differences(fields, currency)}.`
  if (what === 'till') return `Till ${id}: ${differences(fields, tillCurrency(change, currency))}.`
  if (what === 'snapshot')
    return fields['agrees']?.[1] === 'true'
      ? "Stripe's own balance, which did not agree, agrees now."
      : "Stripe's own balance, which was not known to disagree, does not agree."
  return 'Sealed in the newer format 2 of certificates; nothing about money follows from that.'
}
