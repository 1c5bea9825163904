import { loadSql } from '#core/postgres/sql.ts'
import { NOTHING, SAMPLES, factIf, type Explainer } from './explanation.ts'
import { listSamples, type ListedPayment } from './listed-payment.ts'
import { sayMoney } from './say.ts'
import { countBy, sayCounts, totalOf } from './tops.ts'

const groupOpen = loadSql(import.meta.url, 'sql/exceptions_group_open.sql')
const listOpen = loadSql(import.meta.url, 'sql/exceptions_list_open.sql')

interface ExceptionGroup {
  readonly category: string
  readonly currency: string
  readonly severity: string
  readonly exceptions: number
  readonly amount: bigint
}

const words = (name: string): string => name.replaceAll('_', ' ')

/** Open exceptions: the category of the most, what the worst differ by, and the payments of the newest. */
export const explainReconciliation: Explainer = async (deps, { zone }) => {
  const [groups, payments] = await Promise.all([
    deps.db.rows<ExceptionGroup>(groupOpen),
    deps.db.rows<ListedPayment>(listOpen, [SAMPLES]),
  ])
  const count = ({ exceptions }: ExceptionGroup) => exceptions
  const categories = countBy(groups, ({ category }) => words(category), count)
  const [top] = categories
  const [worst] = groups
  return {
    ...NOTHING,
    cause:
      top === undefined || worst === undefined
        ? null
        : `${top.count} of ${totalOf(categories)} open exceptions are "${top.name}"; the most urgent: ${worst.severity} "${words(worst.category)}", ${sayMoney(worst.amount, worst.currency)}`,
    breakdown: [
      ...factIf('Categories', sayCounts(categories)),
      ...factIf('Severities', sayCounts(countBy(groups, ({ severity }) => severity, count))),
    ],
    samples: listSamples(deps, payments, zone),
    links: [{ text: 'Open exceptions', url: `${deps.notify.publicUrl}/reconciliation` }],
  }
}
