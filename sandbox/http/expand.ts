import type { Kind } from '../store/objects.ts'
import { kindOf } from '../store/objects.ts'
import { invalid } from './errors.ts'
import type { Raw, RawTree } from './form.ts'
import { list, required, text } from './readers.ts'

const LEVELS_MAX = 4

/** Fields that hold an id and may be expanded, by the `object` they belong to. */
const EXPANDABLE: Readonly<Record<string, readonly string[]>> = {
  balance_transaction: ['source'],
  charge: [
    'application',
    'application_fee',
    'balance_transaction',
    'customer',
    'failure_balance_transaction',
    'on_behalf_of',
    'payment_intent',
    'refunds',
    'review',
    'source_transfer',
    'transfer',
  ],
  dispute: ['charge', 'payment_intent'],
  payment_intent: ['application', 'customer', 'latest_charge', 'on_behalf_of', 'payment_method', 'review'],
  customer: ['default_source', 'test_clock'],
  payment_method: ['customer'],
  payout: [
    'application_fee',
    'balance_transaction',
    'destination',
    'failure_balance_transaction',
    'original_payout',
    'reversed_by',
  ],
  'radar.early_fraud_warning': ['charge', 'payment_intent'],
  refund: [
    'balance_transaction',
    'charge',
    'customer',
    'failure_balance_transaction',
    'payment_intent',
    'payment_method',
    'source_transfer_reversal',
    'transfer_reversal',
  ],
  setup_intent: ['application', 'customer', 'latest_attempt', 'on_behalf_of', 'payment_method'],
  'terminal.reader': ['location'],
  topup: ['balance_transaction'],
}

/** Fields that hold an id inside nested objects without an `object` of their own, like the action of a reader. */
const EXPANDABLE_INSIDE: readonly string[] = ['charge', 'payment_intent', 'refund']

/** How expansion finds things. */
export type Finder = {
  find: (kind: Kind, id: string) => object | undefined
  /** Lists that are only present when expanded, like the refunds of a charge. */
  list: (owner: { object: string; id: string }, field: string) => object | undefined
}

/** The `expand` parameter as paths; refuses more than four levels. */
export const readExpand = (raw: Raw | undefined): string[][] => {
  if (raw === undefined) return []
  const paths = required(list(text()))(raw, 'expand').map((path) => path.split('.'))
  for (const path of paths) {
    const levels = path[0] === 'data' ? path.length - 1 : path.length
    if (levels > LEVELS_MAX) {
      throw invalid(
        `You cannot expand more than ${LEVELS_MAX} levels of a property. Property: ${path.join('.')}`,
      )
    }
  }
  return paths
}

type Plain = Record<string, unknown> & { object: string | undefined; id: string }

const refuse = (path: readonly string[], field: string) =>
  invalid(`This property cannot be expanded (${field}). Property: ${path.join('.')}`, { param: 'expand' })

const expandField = (owner: Plain, field: string, path: readonly string[], finder: Finder): unknown => {
  const names = owner.object === undefined ? EXPANDABLE_INSIDE : EXPANDABLE[owner.object]
  if (!names?.includes(field)) {
    // A plain nested object (`payment_method_details`) may be passed through, not expanded.
    const inner = owner[field]
    if (inner !== null && typeof inner === 'object' && path.at(-1) !== field) return inner
    throw refuse(path, field)
  }
  const value = owner[field]
  if (typeof value !== 'string') {
    const { object, id } = owner
    return value ?? (object === undefined ? value : (finder.list({ object, id }, field) ?? value))
  }
  const kind = kindOf(value)
  return (kind && finder.find(kind, value)) ?? value
}

const expandPath = (owner: object, path: readonly string[], depth: number, finder: Finder): object => {
  const field = path[depth]
  if (field === undefined) return owner
  if (Array.isArray(owner)) return owner.map((item: object) => expandPath(item, path, depth, finder))
  const plain = owner as Plain
  const value =
    plain.object === 'list' && field === 'data' ? plain.data : expandField(plain, field, path, finder)
  if (value === null || value === undefined) return owner
  return { ...owner, [field]: typeof value === 'object' ? expandPath(value, path, depth + 1, finder) : value }
}

/** The object with every path of `expand` filled in; lists take paths that begin with `data.`. */
export const expand = (body: object, raw: RawTree, finder: Finder): object => {
  const paths = readExpand(raw.expand)
  return paths.reduce((object, path) => expandPath(object, path, 0, finder), body)
}
