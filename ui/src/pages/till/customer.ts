/** What a customer of the sandbox does when the reader asks for a card; play money only. */
export interface Customer {
  readonly id: string
  readonly label: string
  /** At the reader (docs/sandbox-payments.md, `next`). */
  readonly reader?: { readonly outcome: string; readonly decline_code?: string }
  /** Without a reader: a test payment method. */
  readonly method?: string
}

export const CUSTOMERS: readonly Customer[] = [
  { id: 'taps', label: 'taps a good card', reader: { outcome: 'approve' } },
  {
    id: 'declined',
    label: 'has a card that is declined',
    reader: { outcome: 'decline', decline_code: 'generic_decline' },
  },
  {
    id: 'poor',
    label: 'has not enough funds',
    reader: { outcome: 'decline', decline_code: 'insufficient_funds' },
  },
  { id: 'stops', label: 'stops at the reader', reader: { outcome: 'customer_canceled' } },
  { id: 'asks', label: 'is asked by the bank (3D Secure)', method: 'pm_card_threeDSecure2Required' },
  { id: 'keyed', label: 'has a test card, no reader', method: 'pm_card_visa' },
]

/** How long the sandbox's customer looks for the card. */
const LOOKS_FOR_CARD_MS = 1_500

const control = async (path: string, body: unknown): Promise<void> => {
  await fetch(`/_sandbox${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined)
}

/** Tells the sandbox what the next customer at a reader does. */
export const playCustomer = async (stripeReader: string, customer: Customer): Promise<void> => {
  if (customer.reader)
    await control(`/readers/${stripeReader}`, {
      next: { ...customer.reader, after_ms: LOOKS_FOR_CARD_MS },
    })
}

/** The sandbox's customer answers their bank. */
export const answerBank = async (intent: string, outcome: 'succeed' | 'fail'): Promise<void> =>
  control(`/payment_intents/${intent}/authenticate`, { outcome })
