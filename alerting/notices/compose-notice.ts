import type { Deps } from '#core/service.ts'
import type { Labels } from '../domain/labels.ts'
import type { Explain } from '../domain/rule.ts'
import type { Fact, Notice } from '../messages/notice.ts'
import { oneLine } from '../messages/plain-text.ts'
import { incidentLinks } from '../people/ack-link.ts'
import { explainAttempts, explainSlowAttempts } from './explain-attempts.ts'
import { explainPayments } from './explain-payments.ts'
import { explainReconciliation } from './explain-reconciliation.ts'
import { explainStripe } from './explain-stripe.ts'
import { explainWebhooks } from './explain-webhooks.ts'
import { NOTHING, type Explainer, type Explanation, type Question } from './explanation.ts'
import { dashboardLinks } from './links.ts'
import type { NoticeInput } from './notice-input.ts'
import { within } from './within.ts'
import { worstFirst } from './worst-first.ts'

/** Longer than this nobody waits for a cause: a message without one is better than none. */
const DEADLINE_MS = 2_000

const EXPLAINERS: Readonly<Record<Exclude<Explain, null>, Explainer>> = {
  attempts: explainAttempts,
  slow_attempts: explainSlowAttempts,
  webhooks: explainWebhooks,
  payments: explainPayments,
  stripe: explainStripe,
  reconciliation: explainReconciliation,
}

const zoneOf = ({ shop }: Deps, labels: Labels): string =>
  shop.stores.find(({ id }) => id === labels['store'])?.zone ?? shop.account.zone

/** The label's store by its name. */
const placeOf = ({ shop }: Deps, { store }: Labels): { place?: string } => {
  const found = shop.stores.find(({ id }) => id === store)
  return found === undefined ? {} : { place: found.name }
}

const explain = async (
  deps: Deps,
  kind: Exclude<Explain, null>,
  question: Question,
): Promise<Explanation> => {
  try {
    return await within(deps.env, DEADLINE_MS, EXPLAINERS[kind](deps, question))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    deps.log.warn({ err: error, alert: question.rule.name }, 'the cause of an alert was not found')
    return { ...NOTHING, cause: `not known, it could not be looked up: ${why}` }
  }
}

/** What it came from; of what is over only what it cost, over all of the time that it took. */
const explanationOf = async (deps: Deps, input: NoticeInput, labels: Labels): Promise<Explanation> => {
  const { rule, change, incident, at } = input
  if (rule.explain === null) return NOTHING
  const isOver = change === 'resolved'
  const begun = isOver ? incident.openedAt : at
  const question = {
    rule,
    labels,
    from: new Date(begun.getTime() - rule.windowMs),
    to: at,
    zone: zoneOf(deps, labels),
  }
  if (!isOver) return explain(deps, rule.explain, question)
  if (rule.explain !== 'attempts') return NOTHING
  const { facts, links } = await explain(deps, 'attempts', question)
  return { ...NOTHING, facts, links }
}

const cleanFacts = (facts: readonly Fact[]): Fact[] =>
  facts.map(({ name, value }) => ({ name: oneLine(name), value: oneLine(value) }))

const cleanLabels = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, oneLine(value)]))

/** A NUL in a decline code would keep the notice out of the database, and with it the incident: every text is one clean line. */
const clean = (notice: Notice): Notice => ({
  ...notice,
  alert: {
    ...notice.alert,
    labels: cleanLabels(notice.alert.labels),
    headline: oneLine(notice.alert.headline),
  },
  facts: cleanFacts(notice.facts),
  cause: notice.cause === null ? null : oneLine(notice.cause),
  breakdown: cleanFacts(notice.breakdown ?? []),
  samples: notice.samples.map(({ id, text, url }) => ({ id: oneLine(id), text: oneLine(text), url })),
  others: notice.others?.map((headline) => oneLine(headline)) ?? [],
})

/**
 * Everything that people are told of an incident now. Never throws and never waits long: what cannot be looked up within two
 * seconds is said to be not known.
 */
export const composeNotice = async (deps: Deps, input: NoticeInput): Promise<Notice> => {
  const { incident, rule, change, number, at, severity } = input
  const [worst, ...others] = worstFirst(input.alerts)
  const labels = worst?.labels ?? {}
  const { cause, facts, breakdown, samples, links } = await explanationOf(deps, input, labels)
  return clean({
    incident: { ...incident, ...incidentLinks(deps.notify, incident.id, at) },
    number,
    at,
    change,
    alert: {
      name: rule.name,
      severity,
      labels: { ...labels, component: rule.component },
      headline: worst?.judgement.headline ?? rule.name,
    },
    facts: [...(worst?.judgement.facts ?? []), ...facts],
    cause,
    breakdown,
    samples,
    others: others.map(({ judgement }) => judgement.headline),
    links: [...links, ...dashboardLinks(deps, rule.explain)],
    ...placeOf(deps, labels),
    zone: zoneOf(deps, labels),
    runbook: {
      title: rule.runbook.title,
      url: `${deps.notify.publicUrl}/docs/alerts#${rule.runbook.anchor}`,
      steps: rule.runbook.steps,
    },
  })
}
