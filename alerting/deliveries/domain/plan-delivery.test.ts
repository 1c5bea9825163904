import { describe, expect, test } from 'vitest'
import { ATTEMPTS_MAX, dropReason, fateOf } from './plan-delivery.ts'

const MIDDLE = 0.5

describe('after an attempt', () => {
  test('what was taken is sent', () => {
    expect(fateOf({ kind: 'taken' }, 3, MIDDLE)).toEqual({ status: 'sent' })
  })

  test('what was refused is never tried again', () => {
    expect(fateOf({ kind: 'refused', why: '400: no such key' }, 1, MIDDLE)).toEqual({
      status: 'failed',
      reason: '400: no such key',
    })
  })

  test.each([
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [9, 256_000],
  ])('after attempt %d the next waits %d ms', (attempts, waitMs) => {
    expect(fateOf({ kind: 'later', why: '503' }, attempts, MIDDLE)).toMatchObject({ waitMs })
  })

  test('a receiver that asks for minutes gets them', () => {
    expect(fateOf({ kind: 'later', why: '429', waitMs: 120_000 }, 1, MIDDLE)).toMatchObject({
      waitMs: 120_000,
    })
    expect(fateOf({ kind: 'later', why: '429', waitMs: 1 }, 3, MIDDLE)).toMatchObject({ waitMs: 4_000 })
  })

  test('the last attempt ends it, and says why', () => {
    expect(fateOf({ kind: 'later', why: 'no answer' }, ATTEMPTS_MAX, MIDDLE)).toEqual({
      status: 'failed',
      reason: 'no answer (10 attempts)',
    })
  })

  test('waits are spread by a quarter either way', () => {
    expect(fateOf({ kind: 'later', why: '503' }, 1, 0)).toMatchObject({ waitMs: 750 })
    expect(fateOf({ kind: 'later', why: '503' }, 1, 0.999)).toMatchObject({ waitMs: 1_250 })
  })
})

describe('what is not sent', () => {
  const fired = (tried: boolean) => ({ change: 'fired', tried }) as const
  const over = { change: 'resolved', tried: false } as const

  test('a trigger that its resolve has overtaken', () => {
    expect(dropReason('fired', [], [over])).toBe('it is over already')
    expect(dropReason('escalated', [fired(true)], [over])).toBe('it is over already')
    expect(dropReason('fired', [], [fired(false)])).toBeNull()
  })

  test('the end of what nobody can have been told', () => {
    expect(dropReason('resolved', [fired(false)], [])).toBe('its alert was never told')
    expect(dropReason('resolved', [], [])).toBe('its alert was never told')
  })

  test('the end of what somebody may have been told is sent', () => {
    expect(dropReason('resolved', [fired(true)], [])).toBeNull()
  })
})
