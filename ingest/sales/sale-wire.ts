import { z } from '@hono/zod-openapi'
import { toWireAmount } from '#core/money.ts'

/** A row of `sales` with its lines; JSON numbers of lines are minor units. */
export interface SaleRow {
  readonly id: string
  readonly till_id: string
  readonly store_id: string
  readonly currency: string
  readonly total: bigint
  readonly tax_amount: bigint
  readonly tip_amount: bigint
  readonly discount_amount: bigint
  readonly amount_paid: bigint
  readonly status: 'open' | 'closed' | 'canceled'
  readonly customer_ref: string | null
  readonly cashier_ref: string | null
  readonly external_ref: string | null
  readonly sold_at: Date
  readonly business_date: string
  readonly held_at: Date | null
  readonly held_note: string | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly lines: readonly {
    readonly name: string
    readonly quantity: number
    readonly unit_amount: number
    readonly tax_amount: number
    readonly discount_amount: number
  }[]
}

const amount = () => z.number().int()
const text = () => z.string().nullable()

/** A sale on the wire. */
export const saleSchema = z
  .strictObject({
    id: z.string(),
    till_id: z.string(),
    store_id: z.string(),
    currency: z.string(),
    total: amount(),
    tax_amount: amount(),
    tip_amount: amount(),
    discount_amount: amount(),
    amount_paid: amount(),
    amount_due: amount(),
    status: z.enum(['open', 'closed', 'canceled']),
    customer_ref: text(),
    cashier_ref: text(),
    external_ref: text(),
    sold_at: z.string(),
    business_date: z.string(),
    held: z
      .strictObject({ note: z.string(), at: z.string() })
      .nullable()
      .openapi({ description: 'Put aside at the till, and why' }),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Sale')

export const saleLineSchema = z.strictObject({
  name: z.string(),
  quantity: z.number().int(),
  unit_amount: amount(),
  tax_amount: amount(),
  discount_amount: amount(),
})

/** A sale with its lines, for a till that takes it up again. */
export const heldSaleSchema = saleSchema.extend({ lines: z.array(saleLineSchema) })

const heldOf = ({ held_at: at, held_note: note }: SaleRow) =>
  at === null || note === null ? null : { note, at: at.toISOString() }

/** A sale as lists show it. */
export const toSaleWire = (sale: SaleRow): z.output<typeof saleSchema> => ({
  id: sale.id,
  till_id: sale.till_id,
  store_id: sale.store_id,
  currency: sale.currency,
  total: toWireAmount(sale.total),
  tax_amount: toWireAmount(sale.tax_amount),
  tip_amount: toWireAmount(sale.tip_amount),
  discount_amount: toWireAmount(sale.discount_amount),
  amount_paid: toWireAmount(sale.amount_paid),
  amount_due: toWireAmount(sale.total - sale.amount_paid),
  status: sale.status,
  customer_ref: sale.customer_ref,
  cashier_ref: sale.cashier_ref,
  external_ref: sale.external_ref,
  sold_at: sale.sold_at.toISOString(),
  business_date: sale.business_date,
  held: heldOf(sale),
  created_at: sale.created_at.toISOString(),
  updated_at: sale.updated_at.toISOString(),
})
