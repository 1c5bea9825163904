import type { BalanceRow, Claim, Movement, PayoutState, SourceFacts } from '../facts.ts'
import type { MovementFact } from '../movement-rules.ts'
import type { RowFact } from '../row-rules.ts'

/** A charge's row of 10.00 without a fee, or what is said otherwise. */
export const row = (fields: Partial<BalanceRow> = {}): BalanceRow => {
  const base = {
    id: 'txn_1',
    version: 1,
    balanceType: 'payments',
    type: 'charge',
    category: 'charge',
    source: 'ch_1',
    amount: 1_000n,
    fee: 0n,
    currency: 'gbp',
    createdAt: new Date('2026-03-02T10:00:00Z'),
    businessDate: '2026-03-02',
    availableAt: new Date('2026-03-04T00:00:00Z'),
    description: null,
    exchangeRate: null,
    ...fields,
  }
  return { ...base, net: base.amount - base.fee }
}

/** The capture of a charge of 10.00, or what is said otherwise. */
export const movement = (fields: Partial<Movement> = {}): Movement => ({
  key: 'jrn_1',
  entryId: 'jrn_1',
  account: 'clearing:card',
  object: 'ch_1',
  currency: 'gbp',
  amount: 1_000n,
  occurredAt: new Date('2026-03-02T10:00:00Z'),
  businessDate: '2026-03-02',
  paymentId: 'pay_1',
  saleId: 'sale_1',
  ...fields,
})

/** A paid payout of 50.00, or what is said otherwise. */
export const payout = (fields: Partial<PayoutState> = {}): PayoutState => ({
  id: 'po_1',
  currency: 'gbp',
  amount: 5_000n,
  status: 'paid',
  createdAt: new Date('2026-03-04T00:00:00Z'),
  businessDate: '2026-03-04',
  arrivalAt: new Date('2026-03-05T00:00:00Z'),
  ...fields,
})

/** A captured charge of 10.00 that names a payment and a sale of ours, or what is said otherwise. */
export const source = (fields: Partial<SourceFacts> = {}): SourceFacts => ({
  id: 'ch_1',
  kind: 'charge',
  status: 'succeeded',
  currency: 'gbp',
  moved: null,
  captured: true,
  payment: 'pay_1',
  sale: 'sale_1',
  charge: null,
  failureRow: null,
  ...fields,
})

/** A charge that is a payment's of ours, or what is said otherwise. */
export const claim = (fields: Partial<Claim> = {}): Claim => ({
  isOurs: false,
  paymentExists: true,
  paymentCharge: null,
  sale: 'sale_1',
  otherCharges: 0,
  ...fields,
})

/** A row alone with the movement that it answers, or what is said otherwise. */
export const rowFact = ({
  movement: answered,
  ...fields
}: Partial<RowFact> & { readonly movement?: Movement | undefined } = {}): RowFact => {
  const own = fields.row ?? row()
  return {
    row: own,
    answer: { main: own, rows: [own], movement: answered },
    counter: undefined,
    source: undefined,
    claim: undefined,
    isKnown: false,
    statusOfOurs: undefined,
    expectedFee: undefined,
    payoutItemsNet: undefined,
    rateUnits: undefined,
    ...fields,
  }
}

/** A capture in time whose charge Stripe has, or what is said otherwise. */
export const movementFact = (fields: Partial<MovementFact> = {}): MovementFact => ({
  movement: movement(),
  atStripe: 'present',
  source: undefined,
  statusOfOurs: undefined,
  overdue: false,
  claimed: undefined,
  ...fields,
})
