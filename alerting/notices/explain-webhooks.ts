import { loadSql } from '#core/postgres/sql.ts'
import { NOTHING, SAMPLES, factIf, type Explainer } from './explanation.ts'
import { listSamples, type ListedPayment } from './listed-payment.ts'
import { countBy, dominant, sayCounts, totalOf } from './tops.ts'

const groupFailing = loadSql(import.meta.url, 'sql/webhooks_group_failing.sql')
const listUnapplied = loadSql(import.meta.url, 'sql/payments_list_unapplied.sql')

interface WebhookGroup {
  readonly type: string
  readonly error: string
  readonly status: string
  readonly events: number
}

const MOST = 0.5
/** Errors are told by their first words: behind them stand ids, which differ each time. */
const ERROR_MAX = 120

const causeOf = (groups: readonly WebhookGroup[]): string | null => {
  const total = totalOf(
    countBy(
      groups,
      () => 'all',
      ({ events }) => events,
    ),
  )
  const types = countBy(
    groups,
    ({ type }) => type,
    ({ events }) => events,
  )
  const errors = countBy(
    groups,
    ({ error }) => error.slice(0, ERROR_MAX),
    ({ events }) => events,
  )
  const [onlyType] = types
  const type = types.length === 1 ? onlyType : dominant(types, total, MOST)
  const error = dominant(errors, total, MOST) ?? (total === 1 ? errors[0] : undefined)
  if (total === 0) return null
  if (type !== undefined && error !== undefined)
    return `${type.count} of ${total} are ${type.name}; ${error.count} of ${total} say: ${error.name}`
  if (error !== undefined)
    return `${error.count} of ${total} say: ${error.name}; ${types.length} types of event`
  if (type !== undefined)
    return `${type.count} of ${total} are ${type.name}${errors.length === 0 ? ', none was tried yet' : ''}`
  return `No single cause: ${sayCounts(types)}`
}

/** Deliveries that are not applied: top event type and error, and the payments they are about. */
export const explainWebhooks: Explainer = async (deps, { rule, from, to, zone }) => {
  const onlyFailed = /fail/i.test(rule.name)
  const [groups, payments] = await Promise.all([
    deps.db.rows<WebhookGroup>(groupFailing, [from, to, onlyFailed]),
    deps.db.rows<ListedPayment>(listUnapplied, [from, to, onlyFailed, SAMPLES]),
  ])
  const count = ({ events }: WebhookGroup) => events
  return {
    ...NOTHING,
    cause: causeOf(groups),
    breakdown: [
      ...factIf('Types', sayCounts(countBy(groups, ({ type }) => type, count))),
      ...factIf('Errors', sayCounts(countBy(groups, ({ error }) => error.slice(0, ERROR_MAX), count))),
    ],
    samples: listSamples(deps, payments, zone),
    links: [{ text: 'These webhooks', url: `${deps.notify.publicUrl}/payments/webhooks/` }],
  }
}
