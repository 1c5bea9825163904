/** What came of handing a receipt to the mail server. */
export type ReceiptAnswer =
  { readonly kind: 'taken' } | { readonly kind: 'refused' | 'later'; readonly why: string }

export type ReceiptFate =
  | { readonly status: 'sent' }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'pending'; readonly reason: string; readonly waitMs: number }

/** About an hour; after that the customer is gone and the shop should know. */
const ATTEMPTS_MAX = 12
const FIRST_WAIT_MS = 2_000
const WAIT_MAX_MS = 600_000

/** Enough to know it again, and nothing to write to: `a***@shop.example`. */
export const showEmail = (email: string): string =>
  `${email.slice(0, 1)}***${email.slice(email.lastIndexOf('@'))}`

/** What becomes of a receipt after its nth attempt; waits double from two seconds to ten minutes. */
export const receiptFate = (answer: ReceiptAnswer, attempts: number): ReceiptFate => {
  if (answer.kind === 'taken') return { status: 'sent' }
  if (answer.kind === 'refused') return { status: 'failed', reason: answer.why }
  if (attempts >= ATTEMPTS_MAX) return { status: 'failed', reason: `${answer.why} (${attempts} attempts)` }
  const waitMs = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** (attempts - 1))
  return { status: 'pending', reason: answer.why, waitMs }
}
