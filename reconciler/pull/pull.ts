import type Stripe from 'stripe'
import type { Deps } from '#core/service.ts'
import type { AtStripe, SourceFacts } from '../domain/facts.ts'
import type { Scope } from '../scope.ts'
import { drainInbox } from './drain-inbox.ts'
import { findGone } from './find-gone.ts'
import { submitMissed } from './heal.ts'
import { probeMovements } from './probe-movements.ts'
import { pullPayouts, type PulledPayout } from './pull-payouts.ts'
import { pullRows, type BalanceRead } from './pull-rows.ts'
import { factsOfSource, sourcesOfRows } from './source-facts.ts'
import { createStage } from './stage.ts'
import type { SeenRow } from './stripe-rows.ts'

/** Everything that Stripe said in one run. */
export interface Pulled {
  readonly rows: readonly SeenRow[]
  readonly goneIds: readonly string[]
  readonly payouts: readonly PulledPayout[]
  readonly atStripe: ReadonlyMap<string, AtStripe>
  /** What Stripe showed of the objects that rows, movements and payouts are about. */
  readonly sources: ReadonlyMap<string, SourceFacts>
  /** Rows that objects without an answering row name themselves, by object. */
  readonly named: ReadonlyMap<string, readonly string[]>
  readonly balance: BalanceRead | null
}

const byId = (rows: readonly SeenRow[]): SeenRow[] => [...new Map(rows.map((row) => [row.id, row])).values()]

/** What the lists and single questions answered, before anything is made of it. */
export interface Listed {
  readonly rows: readonly SeenRow[]
  readonly gone: readonly { readonly id: string; readonly source: string | null }[]
  readonly payouts: readonly PulledPayout[]
  /** Payouts to heal from and not to look at. */
  readonly watched: readonly Stripe.Payout[]
  readonly absent: readonly string[]
  readonly balance: BalanceRead | null
}

/**
 * Heals the platform from what was read, through the inbox, and asks for the objects of movements that no row answers; rows
 * of the sources `answered` are known to be there without being in the picture. `submitted` when anything was healed.
 */
export const completePicture = async (
  deps: Deps,
  scope: Scope,
  listed: Listed,
  answered: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly pulled: Pulled; readonly submitted: boolean }> => {
  const { gone, payouts, watched, absent, balance } = listed
  const rows = byId([...listed.rows, ...payouts.flatMap(({ items }) => items ?? [])])
  const shown = payouts.map(({ object }) => object)
  const submitted = !scope.run.dryRun && (await submitMissed(deps, rows, shown, watched))
  if (submitted) await drainInbox(deps, signal)
  const probes = await probeMovements(deps, scope, rows, gone, answered)
  const sources = new Map([
    ...sourcesOfRows([...rows, ...probes.rows]),
    ...probes.sources,
    ...payouts.map(({ id, object }) => [id, factsOfSource(object)] as const),
  ])
  const pulled: Pulled = {
    rows: byId([...rows, ...probes.rows]),
    goneIds: gone.map(({ id }) => id),
    payouts,
    atStripe: new Map<string, AtStripe>([
      ...[...sources.keys()].map((id) => [id, 'present'] as const),
      ...absent.map((id) => [id, 'absent'] as const),
      ...payouts.map(({ id }) => [id, 'present'] as const),
      ...probes.atStripe,
    ]),
    sources,
    named: probes.named,
    balance,
  }
  return { pulled, submitted }
}

/**
 * Reads Stripe for a run and heals the platform from it: what Stripe has and we missed goes through the inbox first. Nothing
 * of it is stored here but the pages that a killed run goes on from. Throws when any read fails, so that no half picture is
 * ever published.
 */
export const pull = async (
  deps: Deps,
  scope: Scope,
  pageSize: number,
  signal: AbortSignal,
): Promise<Pulled> => {
  const stage = createStage(deps, scope.run.id)
  const listed = await pullRows(deps, stage, scope, pageSize)
  const { gone, found } = await findGone(deps, scope, listed.rows)
  const goneIds = gone.map(({ id }) => id)
  const { payouts, watched, absent } = await pullPayouts(deps, stage, scope, goneIds, pageSize)
  const rows = [...listed.rows, ...found]
  const { balance } = listed
  const picture = { rows, gone, payouts, watched, absent, balance }
  return (await completePicture(deps, scope, picture, [], signal)).pulled
}
