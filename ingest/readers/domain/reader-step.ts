/** How far an action of a reader has come; the first three are open. */
export const ACTION_STATUSES = [
  'creating',
  'handing',
  'in_progress',
  'succeeded',
  'failed',
  'canceled',
] as const
export type ActionStatus = (typeof ACTION_STATUSES)[number]

/** What the reader shows of our action, as Stripe tells it. */
export type ReaderShows =
  | { readonly kind: 'ours'; readonly status: 'in_progress' | 'succeeded' }
  | { readonly kind: 'ours'; readonly status: 'failed'; readonly code: string | null }
  /** No action, or one for another payment. */
  | { readonly kind: 'other' }
  /** Stripe did not answer for it. */
  | { readonly kind: 'unknown' }

/** What is known when somebody looks at an open action. */
export interface Look {
  readonly status: 'creating' | 'handing' | 'in_progress'
  readonly reader: ReaderShows
  /** The PaymentIntent's status; null when Stripe has no intent for the payment. */
  readonly intent: string | null
  /** The intent tells of a refusal that was not recorded before. */
  readonly isRefused: boolean
  /** The reader has had its time. */
  readonly isDue: boolean
}

/**
 * `settle`: the intent tells the end. `put_back`: nothing was taken and nothing will be. `stop`: tell the reader to stop, then
 * look again. `give_up`: cancel the intent, then its own word is the end. `forget`: Stripe never heard of it.
 */
export type ReaderStep = 'settle' | 'put_back' | 'stop' | 'give_up' | 'forget' | 'wait'

/** Statuses of an intent that an attempt cannot leave any more, or that are an authorisation. */
const ENDS: readonly string[] = ['succeeded', 'requires_capture', 'canceled']
/** Statuses in which no money is asked for at this moment. */
const NOTHING_ASKED: readonly string[] = ['requires_payment_method', 'requires_confirmation']

/** Ends of an action that the reader knows for sure; after any other failure the intent may still turn out paid. */
const SURE_ENDS: readonly string[] = ['customer_canceled']

const afterFailure = (code: string | null, isDue: boolean): ReaderStep =>
  isDue || SURE_ENDS.includes(code ?? '') ? 'put_back' : 'wait'

/**
 * What is done about an open action. The intent's word is the truth and comes first: a reader that times out, hangs or is
 * replaced says nothing about money (stripe.md §6, P7). Read the reader before the intent, so that the intent's is the later word.
 */
export const decideStep = ({ status, reader, intent, isRefused, isDue }: Look): ReaderStep => {
  if (intent === null) return isDue ? 'forget' : 'wait'
  if (ENDS.includes(intent)) return 'settle'
  if (!NOTHING_ASKED.includes(intent)) return 'wait'
  switch (reader.kind) {
    case 'unknown':
      return 'wait'
    case 'other': {
      // Never seen at the reader: a command that is still under way must find an intent that cannot be paid.
      if (status !== 'in_progress') return isDue ? 'give_up' : 'wait'
      return isRefused ? 'settle' : 'put_back'
    }
    case 'ours': {
      if (reader.status === 'in_progress') return isDue ? 'stop' : 'wait'
      if (isRefused) return 'settle'
      if (reader.status === 'failed') return afterFailure(reader.code, isDue)
      // Succeeded, and the intent does not know it yet.
      return isDue ? 'give_up' : 'wait'
    }
  }
}
