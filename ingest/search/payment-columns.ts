import { csvText } from '#core/http/csv-text.ts'
import { formatMajor } from '#core/money.ts'
import type { z } from '@hono/zod-openapi'
import type { paymentSchema } from '../payments/payment-wire.ts'

type Wire = z.output<typeof paymentSchema>

const major = (minor: number, currency: string): string => formatMajor(BigInt(minor), currency)

/** Columns of the export by name, in the order in which they are offered; the page's column picker has the same. */
const COLUMNS = {
  created: ({ created_at }) => created_at,
  status: ({ status }) => status,
  amount: ({ amount, currency }) => major(amount, currency),
  currency: ({ currency }) => currency,
  method: ({ method }) => method,
  card: ({ card }) => csvText(card === null ? null : `${card.brand ?? 'card'} ${card.last4 ?? ''}`),
  till: ({ till_id }) => csvText(till_id),
  store: ({ store_id }) => csvText(store_id),
  customer: ({ customer_ref }) => csvText(customer_ref),
  cashier: ({ cashier_ref }) => csvText(cashier_ref),
  decline: ({ decline_code }) => csvText(decline_code),
  captured: ({ amount_captured, currency }) => major(amount_captured, currency),
  refunded: ({ amount_refunded, currency }) => major(amount_refunded, currency),
  ref: ({ external_ref }) => csvText(external_ref),
  latency: ({ latency_ms }) => (latency_ms === null ? '' : String(latency_ms)),
  sale: ({ sale_id }) => sale_id,
  intent: ({ stripe_payment_intent }) => csvText(stripe_payment_intent),
  charge: ({ stripe_charge }) => csvText(stripe_charge),
  id: ({ id }) => id,
} as const satisfies Readonly<Record<string, (payment: Wire) => string>>

export type ColumnName = keyof typeof COLUMNS

export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[]

/** What an export has when nobody chose. */
export const DEFAULT_COLUMNS: readonly ColumnName[] = COLUMN_NAMES

/** One line of the export: instants in UTC, amounts in the unit of their currency. */
export const toLine = (payment: Wire, columns: readonly ColumnName[]): string[] =>
  columns.map((name) => COLUMNS[name](payment))
