/** The account a sandbox plays. */
export type AccountOptions = {
  /** ISO country of the account, `GB`. */
  country: string
  /** Default currency, lower case. */
  currency: string
  /** Zone in which Stripe cuts the account's days. */
  timezone: string
}

export type SandboxOptions = AccountOptions & {
  /** How long after an asynchronous capture its balance transaction exists, in sandbox time. */
  settleLagMs: number
}
