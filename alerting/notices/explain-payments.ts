import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { NOTHING, SAMPLES, type Explainer, type Explanation, type Question } from './explanation.ts'
import { paymentsLink } from './links.ts'
import { listSamples, type ListedPayment } from './listed-payment.ts'
import { sayAmounts, sayTime } from './say.ts'
import { countBy, sayCounts } from './tops.ts'

const listUnfinished = loadSql(import.meta.url, 'sql/payments_list_unfinished.sql')
const listAttention = loadSql(import.meta.url, 'sql/payments_list_attention.sql')
const listUnheard = loadSql(import.meta.url, 'sql/payments_list_unheard.sql')
const listNewest = loadSql(import.meta.url, 'sql/payments_list_newest.sql')
const listRepeated = loadSql(import.meta.url, 'sql/payments_list_repeated.sql')
const listDisputed = loadSql(import.meta.url, 'sql/payments_list_disputed.sql')

/** All that are looked at; the newest of them are shown. */
const LOOKED_AT = 500
const HOUR_MS = 3_600_000

interface Unfinished extends ListedPayment {
  readonly total: number
  readonly at_stake: bigint
}

const shown = (deps: Deps, { zone }: Question, payments: readonly ListedPayment[]) =>
  listSamples(deps, payments.slice(0, SAMPLES), zone)

/** Where they are, when it is not the same place for all. */
const tillsOf = ({ shop }: Deps, payments: readonly ListedPayment[]) => {
  const names = new Map(shop.tills.map(({ id, name }) => [id, name]))
  const counts = countBy(
    payments,
    ({ till_id: id }) => names.get(id) ?? id,
    () => 1,
  )
  return counts.length === 0 ? [] : [{ name: 'Tills', value: sayCounts(counts) }]
}

const unfinished: Explainer = async (deps, question): Promise<Explanation> => {
  const { from, labels } = question
  const rows = await deps.db.rows<Unfinished>(listUnfinished, [from, labels['store'] ?? '', LOOKED_AT])
  const atStake = [...new Map(rows.map(({ currency, at_stake: amount }) => [currency, amount]))]
  return {
    ...NOTHING,
    cause:
      rows.length === 0
        ? null
        : 'Stripe has not said how they ended, or its word did not reach us; the customer may have paid',
    facts:
      rows.length === 0
        ? []
        : [
            {
              name: 'At stake',
              value: sayAmounts(atStake.map(([currency, amount]) => ({ currency, amount }))),
            },
          ],
    breakdown: tillsOf(deps, rows),
    samples: shown(deps, question, rows),
    links: [paymentsLink(deps, { ...question, from: new Date(0) }, { status: 'processing' })],
  }
}

/** Payments of which something is to be said besides: what they have in common is the cause. */
const listed =
  (
    read: (deps: Deps, question: Question) => Promise<readonly ListedPayment[]>,
    causeOf: (what: string) => string,
  ): Explainer =>
  async (deps, question) => {
    const rows = await read(deps, question)
    const reasons = countBy(
      rows,
      ({ what }) => what.replaceAll('_', ' '),
      () => 1,
    )
    return {
      ...NOTHING,
      cause: rows.length === 0 ? null : causeOf(sayCounts(reasons)),
      breakdown: tillsOf(deps, rows),
      samples: shown(deps, question, rows),
    }
  }

const attention = listed(
  async ({ db }) => db.rows<ListedPayment>(listAttention, [LOOKED_AT]),
  (what) => `Stripe's answer did not fit our books: ${what}`,
)

const unheard = listed(
  async ({ db }, { from, to }) =>
    db.rows<ListedPayment>(listUnheard, [from, to, new Date(from.getTime() - HOUR_MS), LOOKED_AT]),
  () => 'Stripe answered our own call, but no delivery of its webhooks told of it: look at the endpoint',
)

const disputed = listed(
  async ({ db }, { from, to, labels, rule }) =>
    db.rows<ListedPayment>(listDisputed, [
      /opened/i.test(rule.name) ? from : null,
      to,
      labels['store'] ?? '',
      LOOKED_AT,
    ]),
  (what) => `Reasons the cardholders gave: ${what}`,
)

/** Nobody pays: the last ones who did. */
const newest: Explainer = async (deps, question) => {
  const { to, labels, zone } = question
  const rows = await deps.db.rows<ListedPayment>(listNewest, [to, labels['store'] ?? '', SAMPLES])
  const [last] = rows
  const cause = last === undefined ? null : `The last card payment was taken at ${sayTime(last.at, zone)}`
  return { ...NOTHING, cause, samples: shown(deps, question, rows) }
}

const repeated = listed(
  async ({ db }, { from, to }) =>
    db.rows<ListedPayment>(listRepeated, [from, to, new Date(from.getTime() - HOUR_MS), LOOKED_AT]),
  () => 'The same sale was paid twice with the same amount: give one of the two back',
)

/** Which payments a rule speaks of; the others look at those without an outcome. */
const BY_RULE: readonly (readonly [RegExp, Explainer])[] = [
  [/dispute|fraud/i, disputed],
  [/mismatch/i, attention],
  [/stopped/i, newest],
  [/duplicate/i, repeated],
  [/withoutwebhook/i, unheard],
]

/** The payments themselves: those without an outcome, disputed ones, or whichever the rule is about. */
export const explainPayments: Explainer = async (deps, question) => {
  const found = BY_RULE.find(([name]) => name.test(question.rule.name))
  return (found?.[1] ?? unfinished)(deps, question)
}
