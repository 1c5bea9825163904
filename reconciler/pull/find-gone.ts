import type Stripe from 'stripe'
import type { Deps } from '#core/service.ts'
import { readCurrentRows, readRecheckedIds } from '../read-mirror.ts'
import type { Scope } from '../scope.ts'
import { askAll, orMissing, seenRow, WITH_SOURCE, type SeenRow } from './stripe-rows.ts'

export interface Recheck {
  /** Rows that we knew and Stripe has no more, with what they were about. */
  readonly gone: readonly { readonly id: string; readonly source: string | null }[]
  /** Rows that the list left out although they exist, or that are looked at again because they are exceptions. */
  readonly found: readonly SeenRow[]
}

const ask = async (stripe: Stripe, id: string, zone: string): Promise<SeenRow | undefined> => {
  const row = await orMissing(stripe.balanceTransactions.retrieve(id, WITH_SOURCE))
  return row && seenRow(row, zone)
}

/**
 * Asks Stripe for each row that the mirror has in the scope's dates and the list has not: only a 404 proves that it is
 * gone. A nightly run asks again for the older rows that are exceptions, so that what was cured closes itself, and any run for
 * the rows that it is to look at besides its dates.
 */
export const findGone = async (
  deps: Pick<Deps, 'stripe' | 'db'>,
  scope: Scope,
  listed: readonly SeenRow[],
): Promise<Recheck> => {
  const ids = new Set(listed.map(({ id }) => id))
  const known = await readCurrentRows(deps.db, scope, await readRecheckedIds(deps.db, scope))
  const missing = known.filter(({ id, gone }) => !gone && !ids.has(id))
  const named = new Set(known.map(({ id }) => id))
  const unheard = scope.besides.rowIds.filter((id) => !named.has(id) && !ids.has(id))
  const asked = [...missing, ...[...new Set(unheard)].map((id) => ({ id, source: null }))]
  const answers = await askAll(asked, async ({ id }) => ask(deps.stripe, id, scope.zone))
  return {
    gone: missing.filter((_row, at) => answers[at] === undefined),
    found: answers.filter((row) => row !== undefined),
  }
}
