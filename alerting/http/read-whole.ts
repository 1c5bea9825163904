import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { findIncident, type WholeIncident } from '../incidents/find-incident.ts'
import type { EvaluationRow } from './incident-wire.ts'

const listEvaluations = loadSql(import.meta.url, 'sql/evaluations_list_of_rule.sql')

/** How much before and after an incident its graph shows. */
const AROUND_MS = 30 * 60_000
const POINTS_MAX = 300

/** An incident with everything that is known of it, and the points of its graph. Throws `not_found`. */
export const readWhole = async (
  deps: Pick<Deps, 'db' | 'env'>,
  id: string,
): Promise<{ readonly whole: WholeIncident; readonly evaluations: readonly EvaluationRow[] }> => {
  const whole = await findIncident(deps, id)
  const { opened_at: opened, resolved_at: resolved, rule } = whole.incident
  const from = new Date(opened.getTime() - AROUND_MS)
  const to = new Date((resolved ?? deps.env.clock.now()).getTime() + AROUND_MS)
  const evaluations = await deps.db.rows<EvaluationRow>(listEvaluations, [rule, from, to, POINTS_MAX])
  return { whole, evaluations }
}
