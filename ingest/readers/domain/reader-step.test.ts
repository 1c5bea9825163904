import { expect, test } from 'vitest'
import { decideStep, type Look, type ReaderStep } from './reader-step.ts'

const working: Look = {
  status: 'in_progress',
  reader: { kind: 'ours', status: 'in_progress' },
  intent: 'requires_payment_method',
  isRefused: false,
  isDue: false,
}
const failed = (code: string) => ({ kind: 'ours', status: 'failed', code }) as const
const other = { kind: 'other' } as const

const rows: [string, Partial<Look>, ReaderStep][] = [
  ['a reader that works is left alone', {}, 'wait'],
  ['a reader that hangs is told to stop', { isDue: true }, 'stop'],
  [
    'a paid intent ends it whatever the reader says',
    { intent: 'succeeded', reader: failed('terminal_reader_timeout') },
    'settle',
  ],
  ['an authorisation ends it', { intent: 'requires_capture' }, 'settle'],
  ['an intent under way is waited for, also beyond the time', { intent: 'processing', isDue: true }, 'wait'],
  ['an old refusal is no news while the customer tries again', { isRefused: true }, 'wait'],
  ['a refusal at the reader is recorded', { reader: failed('card_declined'), isRefused: true }, 'settle'],
  [
    'a customer who cancels gets his payment back at once',
    { reader: failed('customer_canceled') },
    'put_back',
  ],
  ['a time-out is no failure', { reader: failed('terminal_reader_timeout') }, 'wait'],
  ['a failure nobody knows is no failure of the payment', { reader: failed('solar_flare') }, 'wait'],
  [
    'a time-out whose intent stays unpaid is put back',
    { reader: failed('terminal_reader_timeout'), isDue: true },
    'put_back',
  ],
  ['an action that was taken away took nothing', { reader: other }, 'put_back'],
  ['a refusal counts also when the reader has gone on', { reader: other, isRefused: true }, 'settle'],
  ['a reader nobody can ask is unknown', { reader: { kind: 'unknown' }, isDue: true }, 'wait'],
  [
    'a success that the intent does not show is waited for',
    { reader: { kind: 'ours', status: 'succeeded' } },
    'wait',
  ],
  [
    'and then made impossible, never guessed',
    { reader: { kind: 'ours', status: 'succeeded' }, isDue: true },
    'give_up',
  ],
  ['what was perhaps never handed over waits for its till', { status: 'handing', reader: other }, 'wait'],
  [
    'and is made impossible when the till does not come back',
    { status: 'handing', reader: other, isDue: true },
    'give_up',
  ],
  ['a payment that Stripe does not know waits for its till', { status: 'creating', intent: null }, 'wait'],
  ['and is forgotten', { status: 'creating', intent: null, isDue: true }, 'forget'],
]

test.each(rows)('%s', (_name, over, step) => {
  expect(decideStep({ ...working, ...over })).toBe(step)
})
