import { BOOK_CASES } from './of-books.ts'
import { PAYMENT_CASES } from './of-payments.ts'
import { PLATFORM_CASES } from './of-platform.ts'
import { STRIPE_CASES } from './of-stripe.ts'
import type { RuleCase } from './rule-case.ts'

/** Every case of a rule of Prometheus; each rule but Watchdog, which is never silent, has one or more. */
export const CASES: readonly RuleCase[] = [
  ...PAYMENT_CASES,
  ...STRIPE_CASES,
  ...PLATFORM_CASES,
  ...BOOK_CASES,
]
