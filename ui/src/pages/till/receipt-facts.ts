/** A receipt, as `GET /payments/{id}/receipt` answers it. */
export interface ReceiptFacts {
  readonly sale_id: string
  readonly store: { readonly name: string }
  readonly till: { readonly name: string }
  readonly sold_at: string
  readonly currency: string
  readonly items: readonly { readonly name: string; readonly quantity: number; readonly amount: number }[]
  readonly tax_amount: number
  readonly tip_amount: number
  readonly total: number
  readonly tenders: readonly {
    readonly payment_id: string
    readonly method: 'card' | 'cash' | 'check'
    readonly amount: number
    readonly card: { readonly brand: string | null; readonly last4: string | null } | null
    readonly received: number | null
    readonly change: number | null
    readonly check_reference: string | null
    readonly terminal: Readonly<Record<string, string>> | null
  }[]
  readonly refunds: readonly { readonly id: string; readonly amount: number; readonly status: string }[]
}
