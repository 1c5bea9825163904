import { expect, test } from 'vitest'
import type { StripeFailure } from './errors.ts'
import { readQuery } from './search-query.ts'

const FIELDS = ['amount', 'status', 'metadata', 'customer', 'currency', 'card.last4']
const row = {
  amount: 1_250,
  status: 'succeeded',
  metadata: { sale: '7', 'a"b': 'x' },
  customer: null,
  currency: 'gbp',
  card: { last4: '4242' },
}

test.each([
  ["status:'succeeded'", true],
  ['status:"SUCCEEDED"', true],
  ["status:'failed'", false],
  ["-status:'failed'", true],
  ["metadata['sale']:'7'", true],
  ['metadata["sale"]:"8"', false],
  ["-metadata['sale']:null", true],
  ["metadata['nothing']:null", true],
  ['customer:null', true],
  ['amount>1249 AND amount<1251', true],
  ['amount>1250', false],
  ['amount>=1250 amount<=1250', true],
  ["status:'failed' OR amount:1250", true],
  ["status:'failed' OR amount:1", false],
  ["status~'cceed'", true],
  ["card.last4:'4242'", true],
])('reads %s', (query, expected) => {
  expect(readQuery(query, FIELDS)(row)).toBe(expected)
})

test.each([
  '',
  'status',
  "status:'a' AND",
  "status='a'",
  "a:'1' OR b:'2' AND c:'3'",
  "status:'open",
  'amount>one',
])('cannot read %s', (query) => {
  const read = () => readQuery(query, FIELDS)
  expect(read).toThrow(expect.objectContaining({ status: 400 }) as StripeFailure)
})

test.each(["name:'x'", "metadata:'x'", "status['a']:'x'"])(
  'refuses a field it does not search: %s',
  (query) => {
    expect(() => readQuery(query, FIELDS)).toThrow(/unsupported search field/)
  },
)
