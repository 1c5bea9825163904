import { describe, expect, it } from 'vitest'
import { isOpen, stepTender, type Advice, type Happening, type Tender, type TillPayment } from './tender.ts'

const payment = (status: string, more: Partial<TillPayment> = {}): TillPayment => ({
  id: 'pay_1',
  method: 'card',
  status,
  amount: 500,
  change: null,
  currency: 'gbp',
  card: null,
  stripe_payment_intent: 'pi_1',
  sale: { id: 'sale_1', amount_due: 0, status: 'open' },
  ...more,
})

const advice: Advice = { say: 'No.', same_card: 'no', offer: ['cash'] }
const atReader = (status: string) => ({
  reader: { id: 'reader_1', action: { status, ends_by: '2026-03-02T09:02:00Z' }, advice: null },
})

const STATES: readonly Tender[] = [
  { at: 'choosing' },
  { at: 'sending' },
  { at: 'reader', payment: payment('processing') },
  { at: 'asking', payment: payment('requires_action') },
  { at: 'checking', payment: null },
  { at: 'paid', payment: payment('succeeded') },
  { at: 'refused', payment: null, advice },
  { at: 'stopped', payment: payment('canceled'), advice: null },
  { at: 'rejected', message: 'no', requestId: 'req_1' },
]

const HAPPENINGS: readonly Happening[] = [
  { kind: 'begin' },
  { kind: 'resume' },
  { kind: 'said', payment: payment('succeeded') },
  { kind: 'declined', payment: null, advice },
  { kind: 'rejected', message: 'no', requestId: 'req_1' },
  { kind: 'lost' },
  { kind: 'dismiss' },
]

/** Rows are states, columns happenings, as above; each cell is where it leads. */
const EXPECTED: Readonly<Record<Tender['at'], readonly Tender['at'][]>> = {
  choosing: ['sending', 'checking', 'choosing', 'choosing', 'choosing', 'choosing', 'choosing'],
  sending: ['sending', 'checking', 'paid', 'refused', 'rejected', 'checking', 'sending'],
  reader: ['reader', 'checking', 'paid', 'refused', 'reader', 'reader', 'reader'],
  asking: ['asking', 'checking', 'paid', 'refused', 'asking', 'asking', 'asking'],
  checking: ['checking', 'checking', 'paid', 'refused', 'rejected', 'checking', 'checking'],
  paid: ['paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'choosing'],
  refused: ['refused', 'refused', 'refused', 'refused', 'refused', 'refused', 'choosing'],
  stopped: ['stopped', 'stopped', 'stopped', 'stopped', 'stopped', 'stopped', 'choosing'],
  rejected: ['rejected', 'rejected', 'rejected', 'rejected', 'rejected', 'rejected', 'choosing'],
}

describe.each(STATES)('a tender that is $at', (state) => {
  it.each(HAPPENINGS.map((happening, at) => [happening.kind, at] as const))('after %s', (_kind, at) => {
    const happening = HAPPENINGS[at]
    if (!happening) throw new Error('no such happening')
    expect(stepTender(state, happening).at).toBe(EXPECTED[state.at][at])
  })
})

describe("the platform's word", () => {
  const sending: Tender = { at: 'sending' }
  it.each([
    ['succeeded', {}, 'paid'],
    ['requires_capture', {}, 'paid'],
    ['payment_failed', {}, 'refused'],
    ['requires_action', {}, 'asking'],
    ['processing', {}, 'checking'],
    ['processing', atReader('in_progress'), 'reader'],
    ['requires_payment_method', atReader('starting'), 'reader'],
    ['requires_payment_method', atReader('canceled'), 'stopped'],
    ['canceled', {}, 'stopped'],
  ] as const)('%s %o leads to %s', (status, more, at) => {
    expect(stepTender(sending, { kind: 'said', payment: payment(status, more) }).at).toBe(at)
  })

  it('brings the words for the cashier', () => {
    const said = { kind: 'said', payment: payment('payment_failed', { advice }) } as const
    expect(stepTender(sending, said)).toMatchObject({ at: 'refused', advice: { say: 'No.' } })
  })
})

it('is open exactly while its outcome is not known', () => {
  expect(STATES.filter(isOpen).map(({ at }) => at)).toEqual(['sending', 'reader', 'asking', 'checking'])
})

it('keeps what is known of the payment while it is checked', () => {
  const asking: Tender = { at: 'asking', payment: payment('requires_action') }
  expect(stepTender(asking, { kind: 'resume' })).toMatchObject({ payment: { id: 'pay_1' } })
})
