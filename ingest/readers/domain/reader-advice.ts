import type { Advice } from '../../domain/decline-advice.ts'

/** What the cashier says and does about a reader. */
export interface ReaderAdvice extends Omit<Advice, 'offer'> {
  readonly offer: readonly (Advice['offer'][number] | 'other_reader')[]
}

const RUNBOOK = 'runbook.md, section 3, Network Connection Issues'

const OFFLINE: ReaderAdvice = {
  say: 'This card reader does not answer. Nothing was charged. Please use the other reader, or pay in cash.',
  same_card: 'yes',
  offer: ['other_reader', 'cash'],
  runbook: RUNBOOK,
}

const BUSY: ReaderAdvice = {
  say: 'This card reader is still busy with another payment. Nothing was charged. One moment, please, or use the other reader.',
  same_card: 'yes',
  offer: ['other_reader', 'cash'],
  runbook: RUNBOOK,
}

const UNANSWERED: ReaderAdvice = {
  say: 'The card reader did not finish. Stripe was asked: nothing was charged. Please try again, or pay another way.',
  same_card: 'yes',
  offer: ['other_reader', 'other_card', 'cash'],
  runbook: RUNBOOK,
}

const CUSTOMER_CANCELED: ReaderAdvice = {
  say: 'The payment was stopped at the reader. Would you like to try again, or pay another way?',
  same_card: 'yes',
  offer: ['other_card', 'split', 'cash'],
  runbook: 'runbook.md, section 3, Card Declined',
}

/** Asked to stop in the middle of an authorisation: it has to end by itself. */
export const AUTHORIZING: ReaderAdvice = {
  say: 'The card is being charged at this moment. Please wait for the result; it can be refunded.',
  same_card: 'no',
  offer: [],
  runbook: RUNBOOK,
}

/** Codes of ours for ends that Stripe has no code for. */
export const READER_CODE = {
  hung: 'reader_hung',
  stopped: 'stopped_by_till',
  neverHanded: 'never_handed_over',
  replaced: 'ended_at_reader',
} as const

const BY_CODE: Readonly<Record<string, ReaderAdvice>> = {
  terminal_reader_offline: OFFLINE,
  terminal_reader_hardware_fault: OFFLINE,
  terminal_reader_busy: BUSY,
  terminal_reader_timeout: UNANSWERED,
  [READER_CODE.hung]: UNANSWERED,
  [READER_CODE.neverHanded]: UNANSWERED,
  [READER_CODE.replaced]: UNANSWERED,
  customer_canceled: CUSTOMER_CANCELED,
}

/** Advice about how an action ended; null when it is the card's matter, or none is needed. */
export const readerAdvice = (code: string | null): ReaderAdvice | null => BY_CODE[code ?? ''] ?? null

/** The refusal of Stripe's as our stable code. */
export const readerErrorOf = (code: string): 'reader_offline' | 'reader_busy' | undefined => {
  if (code === 'terminal_reader_busy') return 'reader_busy'
  return BY_CODE[code] === OFFLINE ? 'reader_offline' : undefined
}
