import type { Deps } from '#core/service.ts'
import type { AtStripe } from '../domain/facts.ts'
import type { Scope } from '../scope.ts'
import { drainInbox } from './drain-inbox.ts'
import { findGone } from './find-gone.ts'
import { submitMissed } from './heal.ts'
import { probeMovements } from './probe-movements.ts'
import { pullPayouts, type PulledPayout } from './pull-payouts.ts'
import { pullRows, type BalanceRead } from './pull-rows.ts'
import { createStage } from './stage.ts'
import type { SeenRow } from './stripe-rows.ts'

/** Everything that Stripe said in one run. */
export interface Pulled {
  readonly rows: readonly SeenRow[]
  readonly goneIds: readonly string[]
  readonly payouts: readonly PulledPayout[]
  readonly atStripe: ReadonlyMap<string, AtStripe>
  readonly balance: BalanceRead | null
}

const byId = (rows: readonly SeenRow[]): SeenRow[] => [...new Map(rows.map((row) => [row.id, row])).values()]

/**
 * Reads Stripe for a run and heals the platform from it: what Stripe has and we missed goes through the inbox first. Nothing
 * of it is stored here. Throws when any read fails, so that no half picture is ever published.
 */
export const pull = async (
  deps: Deps,
  scope: Scope,
  pageSize: number,
  signal: AbortSignal,
): Promise<Pulled> => {
  const stage = createStage(deps, scope.run.id)
  const listed = await pullRows(deps, stage, scope, pageSize)
  const again = await findGone(deps, scope, listed.rows)
  const own = [...listed.rows, ...again.found]
  const goneIds = again.gone.map(({ id }) => id)
  const { payouts, absent } = await pullPayouts(deps, stage, scope, goneIds, pageSize)
  const rows = byId([...own, ...payouts.flatMap(({ items }) => items ?? [])])
  if (!scope.run.dryRun && (await submitMissed(deps, rows, payouts))) await drainInbox(deps, signal)
  const probes = await probeMovements(deps, scope, rows, again.gone)
  return {
    rows: byId([...rows, ...probes.rows]),
    goneIds,
    payouts,
    atStripe: new Map<string, AtStripe>([
      ...absent.map((id) => [id, 'absent'] as const),
      ...payouts.map(({ id }) => [id, 'present'] as const),
      ...probes.atStripe,
    ]),
    balance: listed.balance,
  }
}
