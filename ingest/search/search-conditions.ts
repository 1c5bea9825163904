import { endOfBusinessDate, isBusinessDate, startOfBusinessDate } from '#core/business-date.ts'
import { currenciesWithDecimals } from '#core/currencies.ts'
import { visibleCodesFor } from '../domain/decline-advice.ts'
import { PAYMENT_STATUSES } from '../domain/payment-state.ts'
import type { SearchField, SearchProblem, Term } from '../domain/search-syntax.ts'
import { readInstant } from './filter-query.ts'
import { not, oneOf, type Condition } from './where.ts'

/** Words that people use for statuses, beside the statuses themselves. */
const STATUS_WORDS: Readonly<Record<string, readonly string[]>> = {
  failed: ['payment_failed'],
  declined: ['payment_failed'],
  cancelled: ['canceled'],
  authorised: ['requires_capture'],
  authorized: ['requires_capture'],
  uncaptured: ['requires_capture'],
  paid: ['succeeded'],
  // The runbook's "failed or incomplete": what came to no end yet.
  incomplete: [
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
  ],
}

const IS: Readonly<Record<string, string>> = {
  refunded: 'p.amount_refunded = p.amount_captured AND p.amount_refunded > 0',
  partly_refunded: 'p.amount_refunded > 0 AND p.amount_refunded < p.amount_captured',
  disputed: 'EXISTS (SELECT FROM disputes d WHERE d.payment_id = p.id)',
  attention: 'p.attention IS NOT NULL',
  owed: 'EXISTS (SELECT FROM refunds_owed o WHERE o.payment_id = p.id AND o.amount > 0)',
}

const bad = (field: SearchField, problem: string): SearchProblem => ({ problem: `"${field}" ${problem}` })

/** An amount as people write it, in thousandths of the currency's unit: no currency has more decimals. */
const THOUSANDTHS = `p.amount * CASE WHEN p.currency = ANY($::text[]) THEN 1000 WHEN p.currency = ANY($::text[]) THEN 1 ELSE 10 END`

const amountTerm = ({ operator, value }: Term): Condition | SearchProblem => {
  const [, whole, decimals = ''] = /^(\d{1,8})(?:\.(\d{1,3}))?$/.exec(value) ?? []
  if (whole === undefined)
    return bad('amount', 'is a number in the unit of the currency, such as 10 or 10.50')
  const thousandths = `${whole}${decimals.padEnd(3, '0')}`
  const values = [currenciesWithDecimals(0), currenciesWithDecimals(3), thousandths]
  return { sql: `${THOUSANDTHS} ${operator} $::bigint`, values }
}

const between = (from: Date, to: Date): Condition => ({
  sql: '(p.created_at >= $ AND p.created_at < $)',
  values: [from, to],
})

const dayTerm = (date: string, operator: Term['operator'], zone: string): Condition => {
  const start = startOfBusinessDate(date, zone)
  const end = endOfBusinessDate(date, zone)
  if (operator === '=') return between(start, end)
  const isAfter = operator.startsWith('>')
  const edge = operator === '>' || operator === '<=' ? end : start
  return { sql: `p.created_at ${isAfter ? '>=' : '<'} $`, values: [edge] }
}

const createdTerm = ({ operator, value }: Term, zone: string): Condition | SearchProblem => {
  if (isBusinessDate(value)) return dayTerm(value, operator, zone)
  const at = readInstant(value)
  if (at === undefined) return bad('created', 'is a date such as 2026-11-01, or an instant with its offset')
  return { sql: `p.created_at ${operator} $`, values: [at] }
}

const statusTerm = (values: readonly string[]): Condition | SearchProblem => {
  const statuses = values.flatMap((value) => STATUS_WORDS[value.toLowerCase()] ?? [value.toLowerCase()])
  const isKnown = statuses.every((status) => (PAYMENT_STATUSES as readonly string[]).includes(status))
  const known = [...PAYMENT_STATUSES, ...Object.keys(STATUS_WORDS)].join(', ')
  return isKnown ? oneOf('p.status', statuses) : bad('status', `is one of ${known}`)
}

const isTerm = (values: readonly string[]): Condition | SearchProblem => {
  const conditions = values.map((value) => IS[value.toLowerCase()])
  if (conditions.includes(undefined)) return bad('is', `is one of ${Object.keys(IS).join(', ')}`)
  return { sql: `(${conditions.join(' OR ')})`, values: [] }
}

const COLUMNS = {
  method: 'p.method',
  currency: 'p.currency',
  last4: 'p.card_last4',
  brand: 'p.card_brand',
  store: 'p.store_id',
  till: 'p.till_id',
  customer: 'p.customer_ref',
  cashier: 'p.cashier_ref',
  ref: 'p.external_ref',
  check: 'p.check_reference',
} as const

/** Names of ours and Stripe's are in small letters, whatever a person types. */
const LOWER = new Set(['method', 'currency', 'brand'])

const isColumn = (field: SearchField): field is keyof typeof COLUMNS => field in COLUMNS

const equalTerm = (field: SearchField, values: readonly string[], role: string) => {
  if (field === 'status') return statusTerm(values)
  if (field === 'is') return isTerm(values)
  if (field === 'decline')
    return oneOf(
      'p.decline_code',
      values.flatMap((value) => visibleCodesFor(value.toLowerCase(), role)),
    )
  if (!isColumn(field)) return bad(field, 'cannot be searched')
  return oneOf(COLUMNS[field], LOWER.has(field) ? values.map((value) => value.toLowerCase()) : values)
}

const isProblem = (found: Condition | SearchProblem): found is SearchProblem => 'problem' in found

const ORDERED: readonly SearchField[] = ['amount', 'created']

/** Terms of one field that only say what it equals are alternatives; the rest stand for themselves. */
const groupsOf = (terms: readonly Term[]): Term[][] => {
  const groups = new Map<string, Term[]>()
  for (const [at, term] of terms.entries()) {
    const key = `${term.field} ${term.negated} ${ORDERED.includes(term.field) ? at : ''}`
    groups.set(key, [...(groups.get(key) ?? []), term])
  }
  return [...groups.values()]
}

const conditionOf = (
  terms: readonly Term[],
  first: Term,
  zone: string,
  role: string,
): Condition | SearchProblem => {
  if (first.field === 'amount') return amountTerm(first)
  if (first.field === 'created') return createdTerm(first, zone)
  return equalTerm(
    first.field,
    terms.map(({ value }) => value),
    role,
  )
}

/** Conditions on a payment `p` for the terms of a search, or why there are none. Days are those of `zone`. */
export const searchConditions = (
  terms: readonly Term[],
  zone: string,
  role: string,
): readonly Condition[] | SearchProblem => {
  const conditions: Condition[] = []
  for (const group of groupsOf(terms)) {
    const [first] = group
    if (!first) continue
    const found = conditionOf(group, first, zone, role)
    if (isProblem(found)) return found
    conditions.push(first.negated ? not(found) : found)
  }
  return conditions
}
