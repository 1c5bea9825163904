import { expect, test } from 'vitest'
import { CATEGORIES } from '#core/contracts/exceptions.ts'
import { explainException } from './explain.ts'

const facts = (category: string) => ({
  category,
  object: 'txn_1',
  currency: 'gbp',
  expected: 1_000n,
  actual: 1_010n,
  details: { source: 'ch_1', reporting_category: 'alms', status: 'in_transit' },
})

test('every category has a sentence with its object and its money', () => {
  for (const category of CATEGORIES) expect(explainException(facts(category))).toMatch(/txn_1.*\.$/)
  expect(CATEGORIES.every((category) => / 1?\d\.\d\d GBP/.test(explainException(facts(category))))).toBe(true)
})

test('says what is too much and too little, in major units of the currency', () => {
  expect(explainException(facts('amount_mismatch'))).toBe(
    'Stripe booked 10.10 GBP (txn_1), our ledger has 10.00 GBP: 0.10 GBP too much.',
  )
  expect(explainException({ ...facts('fee_mismatch'), currency: 'jpy', actual: 990n })).toBe(
    "Stripe's fee is 990 JPY (txn_1), by the rate card 1000 JPY: 10 JPY too little.",
  )
  expect(explainException({ ...facts('missing_in_stripe'), expected: -400n, object: 're_1' })).toBe(
    'Our ledger has -4.00 GBP for re_1; Stripe does not know re_1.',
  )
})

test('never subtracts one currency from another', () => {
  const details = { counterpart_currency: 'gbp', counterpart_amount: '1000' }
  expect(explainException({ ...facts('currency_mismatch'), currency: 'eur', expected: 0n, details })).toBe(
    'Stripe booked 10.10 EUR (txn_1) without a rate; our ledger has 10.00 GBP.',
  )
})

test('says whose state is what, and on which side of a balance the money is', () => {
  const states = { status: 'failed', status_ours: 'succeeded' }
  expect(
    explainException({ ...facts('status_mismatch'), object: 're_1', expected: -400n, details: states }),
  ).toBe('re_1 of -4.00 GBP is succeeded in our books and failed at Stripe.')
  const drift = { ...facts('balance_mismatch'), expected: 0n, details: { date: '2026-03-09' } }
  expect(explainException({ ...drift, actual: -500n })).toBe(
    "Stripe's balance has 5.00 GBP less since 2026-03-09 than its balance transactions explain (txn_1).",
  )
  expect(explainException({ ...drift, actual: 500n })).toContain('has 5.00 GBP more since')
})

test('an object in two currencies says both, each in its own units', () => {
  const details = { besides_jpy: '1000 expected, 2000 found' }
  expect(explainException({ ...facts('duplicate_in_ledger'), object: 'ch_1', details })).toBe(
    'Our ledger has ch_1 more than once: 10.10 GBP in all, Stripe has 10.00 GBP. Besides: 1000 JPY expected, 2000 JPY found.',
  )
})
