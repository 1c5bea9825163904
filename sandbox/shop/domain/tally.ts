/** What was paid so far. `amount` in minor units of `currency` (null before the first payment). */
export interface Tally {
  readonly tickets: number
  readonly card: { readonly count: number; readonly amount: number }
  readonly cash: { readonly count: number; readonly amount: number }
  readonly declined: number
}

export const nothingYet: Tally = {
  tickets: 0,
  card: { count: 0, amount: 0 },
  cash: { count: 0, amount: 0 },
  declined: 0,
}

/** The tally after one more ticket was paid, `declined` refusals included. */
export function addPaid(
  tally: Tally,
  paid: { readonly method: 'card' | 'cash'; readonly amount: number; readonly declined: number },
): Tally {
  const before = tally[paid.method]
  return {
    ...tally,
    tickets: tally.tickets + 1,
    declined: tally.declined + paid.declined,
    [paid.method]: { count: before.count + 1, amount: before.amount + paid.amount },
  }
}
