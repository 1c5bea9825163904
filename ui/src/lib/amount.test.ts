import { expect, test } from 'vitest'
import { countedIn, recounted, toMajor, toMinor } from './amount.ts'

test.each([
  ['10', 'gbp', 1_000],
  ['10.5', 'gbp', 1_050],
  [' 10,50 ', 'gbp', 1_050],
  ['0.01', 'gbp', 1],
  ['0', 'gbp', 0],
  ['10', 'jpy', 10],
  ['1.234', 'kwd', 1_234],
  ['10.505', 'gbp', undefined],
  ['10.5', 'jpy', undefined],
  ['-10', 'gbp', undefined],
  ['1e3', 'gbp', undefined],
  ['1.000,00', 'gbp', undefined],
  ['', 'gbp', undefined],
  ['ten', 'gbp', undefined],
  ['99999999999999', 'gbp', undefined],
])('%s of %s are %s minor units', (text, currency, minor) => {
  expect(toMinor(text, currency)).toBe(minor)
})

test.each([
  ['1050', 'gbp', '10.50'],
  ['1', 'gbp', '0.01'],
  ['10', 'jpy', '10'],
  ['1234', 'kwd', '1.234'],
  ['', 'gbp', ''],
  ['abc', 'gbp', ''],
  ['-5', 'gbp', ''],
])('%s minor units of %s are shown as %s', (minor, currency, major) => {
  expect(toMajor(minor, currency)).toBe(major)
})

test.each([
  ['1000', 'gbp', 'jpy', '10'],
  ['10', 'jpy', 'gbp', '1000'],
  ['1050', 'gbp', 'kwd', '10500'],
  ['100000', 'gbp', 'jpy', '1000'],
  ['10500', 'kwd', 'gbp', '1050'],
  ['100', 'jpy', 'kwd', '100000'],
  // Yen have no pence: rather no filter than another one.
  ['1050', 'gbp', 'jpy', ''],
  ['', 'gbp', 'jpy', ''],
])('%s of %s as %s are %s', (minor, from, to, other) => {
  expect(recounted(minor, from, to)).toBe(other)
})

test('an amount has the digits of the currency that is filtered by, else of the shop', () => {
  expect([countedIn('jpy', 'gbp'), countedIn('', 'gbp'), countedIn('zzz', 'gbp')]).toEqual([
    'jpy',
    'gbp',
    'gbp',
  ])
})
