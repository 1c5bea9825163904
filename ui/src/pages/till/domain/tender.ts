/** What the cashier says and does after a refusal, as the platform's answer has it (runbook section 3). */
export interface Advice {
  readonly say: string
  readonly same_card: 'no' | 'later' | 'yes'
  readonly offer: readonly ('other_card' | 'other_reader' | 'split' | 'cash')[]
}

/** What the page needs of a payment. */
export interface TillPayment {
  readonly id: string
  readonly method: 'card' | 'cash' | 'check'
  readonly status: string
  readonly amount: number
  readonly change: number | null
  readonly currency: string
  readonly card: { readonly brand: string | null; readonly last4: string | null } | null
  readonly stripe_payment_intent: string | null
  readonly sale: { readonly id: string; readonly amount_due: number; readonly status: string }
  readonly reader?:
    | {
        readonly id: string
        readonly action: { readonly status: string; readonly ends_by: string }
        readonly advice: Advice | null
      }
    | undefined
  readonly advice?: Advice | null | undefined
}

/** One way of paying, from the button to its outcome. Only `paid`, `refused`, `stopped` and `rejected` are outcomes. */
export type Tender =
  | { readonly at: 'choosing' }
  | { readonly at: 'sending' }
  | { readonly at: 'reader'; readonly payment: TillPayment }
  | { readonly at: 'asking'; readonly payment: TillPayment }
  | { readonly at: 'checking'; readonly payment: TillPayment | null }
  | { readonly at: 'paid'; readonly payment: TillPayment }
  | { readonly at: 'refused'; readonly payment: TillPayment | null; readonly advice: Advice }
  | { readonly at: 'stopped'; readonly payment: TillPayment; readonly advice: Advice | null }
  | { readonly at: 'rejected'; readonly message: string; readonly requestId: string }

/** What can happen to a tender. `said` is the platform's word about the payment; `lost` is no word at all. */
export type Happening =
  | { readonly kind: 'begin' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'said'; readonly payment: TillPayment }
  | { readonly kind: 'declined'; readonly payment: TillPayment | null; readonly advice: Advice }
  | { readonly kind: 'rejected'; readonly message: string; readonly requestId: string }
  | { readonly kind: 'lost' }
  | { readonly kind: 'dismiss' }

/** Said when the platform gave no words of its own. */
const DECLINED: Advice = {
  say: 'Your card was declined. Please check with your bank. Would you like to pay another way?',
  same_card: 'no',
  offer: ['other_card', 'cash'],
}

/** Where the platform's word about a payment leads: only its own `succeeded` or `requires_capture` is money. */
const fromPayment = (payment: TillPayment): Tender => {
  const isAtReader = ['starting', 'in_progress'].includes(payment.reader?.action.status ?? '')
  switch (payment.status) {
    case 'succeeded':
    case 'requires_capture':
      return { at: 'paid', payment }
    case 'payment_failed':
      return { at: 'refused', payment, advice: payment.reader?.advice ?? payment.advice ?? DECLINED }
    case 'requires_action':
      return { at: 'asking', payment }
    case 'processing':
      return isAtReader ? { at: 'reader', payment } : { at: 'checking', payment }
    case 'canceled':
      return { at: 'stopped', payment, advice: payment.reader?.advice ?? null }
    default:
      return isAtReader
        ? { at: 'reader', payment }
        : { at: 'stopped', payment, advice: payment.reader?.advice ?? null }
  }
}

type Rule = (tender: Tender, happening: Happening) => Tender

const stay: Rule = (tender) => tender
const take: Rule = (tender, happening) =>
  happening.kind === 'said' ? fromPayment(happening.payment) : tender
const refuse: Rule = (tender, happening) =>
  happening.kind === 'declined'
    ? { at: 'refused', payment: happening.payment, advice: happening.advice }
    : tender
const reject: Rule = (tender, happening) =>
  happening.kind === 'rejected'
    ? { at: 'rejected', message: happening.message, requestId: happening.requestId }
    : tender
const check: Rule = (tender) => ({ at: 'checking', payment: 'payment' in tender ? tender.payment : null })
const begin: Rule = () => ({ at: 'sending' })
const choose: Rule = () => ({ at: 'choosing' })

type Row = Readonly<Record<Happening['kind'], Rule>>

/** Under way: answers are taken, silence is "being checked", and nothing the cashier presses begins or ends it. */
const UNDER_WAY: Row = {
  begin: stay,
  resume: check,
  said: take,
  declined: refuse,
  rejected: reject,
  lost: check,
  dismiss: stay,
}
/** Over: only the cashier goes on. A late word about it changes nothing on the screen. */
const OVER: Row = {
  begin: stay,
  resume: stay,
  said: stay,
  declined: stay,
  rejected: stay,
  lost: stay,
  dismiss: choose,
}

/** State by happening; every cell is in the table's test. */
const TABLE: Readonly<Record<Tender['at'], Row>> = {
  choosing: { ...OVER, begin, resume: check, dismiss: stay },
  sending: UNDER_WAY,
  // The payment is known: a lost look at it is only looked again, and a refusal of the look is no outcome.
  reader: { ...UNDER_WAY, lost: stay, rejected: stay },
  asking: { ...UNDER_WAY, lost: stay, rejected: stay },
  checking: { ...UNDER_WAY, resume: stay },
  paid: OVER,
  refused: OVER,
  stopped: OVER,
  rejected: OVER,
}

/** What becomes of a tender. Pure; never shows money as taken before the platform said so. */
export const stepTender = (tender: Tender, happening: Happening): Tender =>
  TABLE[tender.at][happening.kind](tender, happening)

/** True while its outcome is not known: the key is kept, and no other tender begins. */
export const isOpen = ({ at }: Tender): boolean => at in OPEN
const OPEN: Readonly<Partial<Record<Tender['at'], true>>> = {
  sending: true,
  reader: true,
  asking: true,
  checking: true,
}
