/** The account a sandbox plays. */
export type AccountOptions = {
  /** ISO country of the account, `GB`. */
  country: string
  /** Default currency, lower case. */
  currency: string
  /** Zone in which Stripe cuts the account's days. */
  timezone: string
}

/** What Stripe's documents leave open or say in two ways: each is a switch, its default the likelier reading (stripe.md §11c). */
export type Doubts = {
  /** Rows of a partial capture: one with the captured amount, or the whole authorisation and a reversal of the rest. */
  partialCaptureRows: 'captured' | 'authorized_and_reversal'
  /** `cancellation_reason` of an intent whose authorisation ran out. */
  expiryReason: 'automatic' | 'expired'
  /** Whether the fee of a won dispute comes back. */
  disputeFeeOnWin: 'kept' | 'credited'
  /** How long after the charge a dispute card's holder complains. */
  disputeAfterMs: number
  /** Days the shop has to answer a dispute. */
  disputeDueDays: number
  /** Days after which an inquiry that was not escalated is closed. */
  inquiryDays: number
  /** How long the refund of a failing card looks well before its bank sends it back. */
  refundFailAfterMs: number
  /** How long the refund of a pending card takes. */
  refundPendingMs: number
  /** Whether a reader that waits for a card takes another command, or is busy. */
  readerWaiting: 'replaced' | 'busy'
  /** Whether `charge.refund.updated` is sent beside `refund.updated` for cards. */
  chargeRefundUpdated: boolean
}

const DAY_MS = 86_400_000

export const DOUBTS: Doubts = {
  partialCaptureRows: 'captured',
  expiryReason: 'automatic',
  disputeFeeOnWin: 'kept',
  disputeAfterMs: 1_000,
  disputeDueDays: 14,
  inquiryDays: 120,
  refundFailAfterMs: 3 * DAY_MS,
  refundPendingMs: 60_000,
  readerWaiting: 'replaced',
  chargeRefundUpdated: true,
}

export type SandboxOptions = AccountOptions & {
  /** How long after an asynchronous capture its balance transaction exists, in sandbox time. */
  settleLagMs: number
  /** Readings of Stripe's documents other than the default ones. */
  doubts?: Partial<Doubts>
}

/** How this sandbox reads what is in doubt. */
export const doubtsOf = (options: SandboxOptions): Doubts => ({ ...DOUBTS, ...options.doubts })

/** The values a switch of words may take; the others are whole numbers from 0 or a boolean. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  partialCaptureRows: ['captured', 'authorized_and_reversal'],
  expiryReason: ['automatic', 'expired'],
  disputeFeeOnWin: ['kept', 'credited'],
  readerWaiting: ['replaced', 'busy'],
}

const isDoubt = ([name, value]: [string, unknown]): boolean => {
  const usual = (DOUBTS as Readonly<Record<string, unknown>>)[name]
  if (usual === undefined || typeof value !== typeof usual) return false
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0
  return typeof value !== 'string' || (WORDS[name]?.includes(value) ?? false)
}

/** Switches from JSON, or null when it is not an object of known switches with values they can have. */
export const readDoubts = (json: string): Partial<Doubts> | null => {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    return Object.entries(value).every(isDoubt) ? (value as Partial<Doubts>) : null
  } catch {
    return null
  }
}
