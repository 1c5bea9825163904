import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { addDeliveries, type Address } from '../deliveries/add-deliveries.ts'
import { ackIncident, type Word } from '../incidents/ack-incident.ts'
import type { AckVia, StoredIncident } from '../incidents/incident.ts'

const listPagers = loadSql(import.meta.url, 'sql/deliveries_list_pagers.sql')

/** A pager that called for an incident is told that somebody has it, and calls nobody further. */
const tellPager = async (
  deps: Pick<Deps, 'env' | 'db' | 'wakeups' | 'metrics'>,
  { id, notice }: StoredIncident,
): Promise<void> => {
  if (notice === null) return
  const pagers = await deps.db.rows<Address>(listPagers, [id])
  const taken = { ...notice, change: 'taken' as const, at: deps.env.clock.now() }
  await addDeliveries(deps.env, deps.db, taken, pagers)
}

/**
 * Somebody takes an incident (`ackIncident`), and the pager that called for it hears so, unless it is where they did. Throws
 * `not_found`, `invalid_state` when it is over.
 */
export const takeIncident = async (
  deps: Pick<Deps, 'env' | 'db' | 'wakeups' | 'metrics'>,
  word: Word & { readonly via: AckVia },
): Promise<StoredIncident> => {
  const incident = await ackIncident(deps, word)
  if (word.via !== 'pager') await tellPager(deps, incident)
  deps.wakeups.wake('alerts')
  return incident
}
