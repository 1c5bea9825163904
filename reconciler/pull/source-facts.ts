import type Stripe from 'stripe'
import { METADATA } from '#core/stripe-client.ts'
import type { SourceFacts } from '../domain/facts.ts'
import type { SeenRow } from './stripe-rows.ts'

/** The fields that the kinds of sources share, as far as each has them. */
interface Source {
  readonly id: string
  readonly object: string
  readonly status?: string | null
  readonly currency?: string | null
  readonly amount?: number
  readonly amount_captured?: number
  readonly captured?: boolean
  readonly metadata?: Stripe.Metadata | null
  readonly charge?: string | { readonly id: string } | null
  readonly failure_balance_transaction?: string | { readonly id: string } | null
}

const idOf = (value: string | { readonly id: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null)

/** A dispute may take a part, and give it back: what it is about is not what its rows sum to. */
const movedBy = ({ object, amount, amount_captured: captured }: Source): bigint | null => {
  if (object === 'charge') return captured === undefined ? null : BigInt(captured)
  return object === 'refund' && amount !== undefined ? -BigInt(amount) : null
}

/** What Stripe shows of a charge, refund, dispute, payout or other source of a balance transaction, in our terms. */
export const factsOfSource = (source: Source): SourceFacts => ({
  id: source.id,
  kind: source.object,
  status: source.status ?? null,
  currency: source.currency ?? null,
  moved: movedBy(source),
  captured: source.captured !== false,
  payment: source.metadata?.[METADATA.payment] || null,
  sale: source.metadata?.[METADATA.sale] || null,
  charge: idOf(source.charge),
  failureRow: idOf(source.failure_balance_transaction),
})

/** Everything that rows are about, by its id. */
export const sourcesOfRows = (rows: readonly SeenRow[]): Map<string, SourceFacts> =>
  new Map(
    rows.flatMap(({ sourceObject }) =>
      sourceObject === null ? [] : [[sourceObject.id, factsOfSource(sourceObject as Source)] as const],
    ),
  )
