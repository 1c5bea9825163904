import { describe, expect, it } from 'vitest'
import { attemptsOf, cashReceivedFor, paymentKindOf, totalOf } from './ticket.ts'

describe('a ticket', () => {
  it.each([
    [1, 'card'],
    [2, 'card'],
    [3, 'cash'],
    [4, 'card'],
    [5, 'card'],
    [6, 'cash'],
    [7, 'card'],
    [8, 'card'],
    [9, 'card'],
    [10, 'cash'],
    [2367, 'card'],
    [2366, 'cash'],
  ] as const)('with number %i pays by %s', (number, kind) => {
    expect(paymentKindOf(number)).toBe(kind)
  })

  it('adds up its lines', () => {
    const lines = [
      { name: 'Bread', quantity: 2, unitAmount: 320 },
      { name: 'Tea', quantity: 1, unitAmount: 220 },
    ]
    expect(totalOf(lines)).toBe(860)
  })

  it('tries Visa, then Mastercard, in turns; cash once', () => {
    expect(attemptsOf('card').slice(0, 3)).toEqual([
      { method: 'card', paymentMethod: 'pm_card_visa' },
      { method: 'card', paymentMethod: 'pm_card_mastercard' },
      { method: 'card', paymentMethod: 'pm_card_visa' },
    ])
    expect(attemptsOf('cash')).toEqual([{ method: 'cash' }])
  })

  it.each([
    [1, 500],
    [500, 500],
    [501, 1000],
    [1999, 2000],
  ])('of %i in cash is paid with %i', (amount, received) => {
    expect(cashReceivedFor(amount)).toBe(received)
  })
})
