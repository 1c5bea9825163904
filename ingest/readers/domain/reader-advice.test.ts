import { expect, test } from 'vitest'
import { readerAdvice, readerErrorOf } from './reader-advice.ts'

test('a reader that is away offers another one and cash', () => {
  expect(readerAdvice('terminal_reader_offline')?.offer).toEqual(['other_reader', 'cash'])
  expect(readerErrorOf('terminal_reader_hardware_fault')).toBe('reader_offline')
  expect(readerErrorOf('terminal_reader_busy')).toBe('reader_busy')
})

test('a time-out is nobody’s refusal and a decline is not the reader’s matter', () => {
  expect(readerErrorOf('terminal_reader_timeout')).toBeUndefined()
  expect(readerAdvice('card_declined')).toBeNull()
})
