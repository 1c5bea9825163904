import type Stripe from 'stripe'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { pullPayout } from '../pull/pull-payouts.ts'
import { completePicture } from '../pull/pull.ts'
import { NO_STAGE } from '../pull/stage.ts'
import { askAll, type SeenRow } from '../pull/stripe-rows.ts'
import { publishIfNews, type Published } from '../publish/publish.ts'
import { readLookScope } from '../scope.ts'

const listSources = loadSql(import.meta.url, '../sql/look_sources_list.sql')

/** What a look cannot call plain by itself. */
export interface Suspects {
  readonly rows: readonly SeenRow[]
  readonly gone: readonly { readonly id: string; readonly source: string | null }[]
  readonly payouts: readonly Stripe.Payout[]
  /** Objects of movements whose time ran out, or that are exceptions already. */
  readonly objects: readonly string[]
}

export interface Examined {
  readonly runId: string
  readonly submitted: boolean
  readonly published: Published | undefined
}

/**
 * Looks at suspects exactly as a nightly run would: heals from Stripe through the inbox, asks for the objects of overdue
 * movements, and publishes what is new in one commit. Nothing is stored when nothing is new. Throws when any read fails.
 */
export const examine = async (
  deps: Deps,
  suspects: Suspects,
  pageSize: number,
  signal: AbortSignal,
): Promise<Examined> => {
  const runId = newId(deps.env, 'run')
  const rowIds = [...suspects.rows.map(({ id }) => id), ...suspects.gone.map(({ id }) => id)]
  const scope = await readLookScope(deps, runId, { rowIds, objects: suspects.objects })
  const payouts = await askAll(suspects.payouts, async (payout) =>
    pullPayout(deps.stripe, NO_STAGE, payout, scope.zone, pageSize),
  )
  // Rows that looks have seen answer their movements, though only the night stores them.
  const dealt = await deps.db.rows<{ source: string }>(listSources)
  const { rows, gone } = suspects
  const { pulled, submitted } = await completePicture(
    deps,
    scope,
    { rows, gone, payouts, watched: [], absent: [], balance: null },
    dealt.map(({ source }) => source),
    signal,
  )
  return { runId, submitted, published: await publishIfNews(deps, scope, pulled) }
}
