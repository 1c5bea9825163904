import { money, when } from '../../lib/format.ts'
import { shop } from '../../lib/shop.svelte.ts'
import type { Payment } from './payment.ts'

/** A column of the list; its name is the export's too, so that the file holds what is shown. */
export interface Column {
  readonly name: string
  readonly label: string
  readonly number?: true
  readonly sort?: string
  text(payment: Payment): string
}

/** Columns in the order in which they are offered; status is drawn by the list itself. */
export const COLUMNS: readonly Column[] = [
  { name: 'created', label: 'Time', sort: 'created', text: ({ created_at }) => when(created_at) },
  { name: 'status', label: 'Status', text: ({ status }) => status },
  {
    name: 'amount',
    label: 'Amount',
    number: true,
    sort: 'amount',
    text: ({ amount, currency }) => money(amount, currency),
  },
  { name: 'method', label: 'Method', text: ({ method }) => method },
  {
    name: 'card',
    label: 'Card',
    text: ({ card }) => (card ? `${card.brand ?? 'card'} ${card.last4 ?? ''}` : ''),
  },
  { name: 'till', label: 'Till', text: ({ till_id }) => shop.tillName(till_id) },
  { name: 'decline', label: 'Decline code', text: ({ decline_code }) => decline_code ?? '' },
  {
    name: 'refunded',
    label: 'Refunded',
    number: true,
    text: ({ amount_refunded, currency }) => (amount_refunded === 0 ? '' : money(amount_refunded, currency)),
  },
  { name: 'store', label: 'Store', text: ({ store_id }) => shop.storeName(store_id) },
  { name: 'customer', label: 'Customer', text: ({ customer_ref }) => customer_ref ?? '' },
  { name: 'cashier', label: 'Cashier', text: ({ cashier_ref }) => cashier_ref ?? '' },
  { name: 'ref', label: 'Receipt no.', text: ({ external_ref }) => external_ref ?? '' },
  {
    name: 'latency',
    label: 'Took',
    number: true,
    text: ({ latency_ms }) => (latency_ms === null ? '' : `${latency_ms} ms`),
  },
  { name: 'id', label: 'Payment', text: ({ id }) => id },
]

const DEFAULT = ['created', 'status', 'amount', 'method', 'card', 'till', 'decline']

/** Columns named in the address, or the usual ones. */
export const columnsOf = (named: string): readonly Column[] => {
  const wanted = named === '' ? DEFAULT : named.split(',')
  return COLUMNS.filter(({ name }) => wanted.includes(name))
}
