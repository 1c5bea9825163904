import type { BalanceRow, Movement, PayoutState } from '../facts.ts'

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
