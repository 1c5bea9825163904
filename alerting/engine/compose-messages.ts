import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Address } from '../deliveries/add-deliveries.ts'
import type { AlertRule } from '../domain/rule.ts'
import type { StoredIncident } from '../incidents/incident.ts'
import type { Happening } from '../incidents/store-incident.ts'
import { BY_ITSELF } from '../incidents/incident.ts'
import type { Change, Notice } from '../messages/notice.ts'
import type { NoticedAlert } from '../notices/notice-input.ts'
import { incidentLinks } from '../people/ack-link.ts'
import { whyOf, within } from './ask-measures.ts'
import type { Engine } from './engine.ts'
import type { AlertRecord, Held } from './memory.ts'
import { worstFirst, type Plan } from './plan-group.ts'
import { maySend, readerOf, STORM_WINDOW_MS } from './storm.ts'

const countLately = loadSql(import.meta.url, 'sql/deliveries_count_lately.sql')

/** Longer than the look-ups of a notice may take, shorter than a tick: a message without a cause is better than none. */
export const COMPOSE_TIMEOUT_MS = 4_000

/** A notice and who gets it. */
export interface Message {
  readonly notice: Notice
  readonly to: readonly Address[]
}

/** A plan with the words for it, ready to be written. */
export interface Told {
  readonly plan: Plan
  readonly incident: StoredIncident
  readonly happenings: readonly Happening[]
  readonly messages: readonly Message[]
  readonly held: readonly Held[]
}

const noticedOf = (alerts: readonly AlertRecord[]): NoticedAlert[] =>
  worstFirst(alerts).flatMap(({ labels, judgement }) => (judgement === null ? [] : [{ labels, judgement }]))

/** What can be said without asking anybody. */
const plainNotice = (
  { deps }: Engine,
  rule: AlertRule,
  incident: StoredIncident,
  change: Change,
  at: Date,
): Notice => ({
  incident: {
    id: incident.id,
    key: incident.key,
    openedAt: incident.opened_at,
    ...incidentLinks(deps.notify, incident.id, at),
  },
  number: 1,
  at,
  change,
  alert: {
    name: rule.name,
    severity: rule.severity,
    labels: { ...incident.labels, component: rule.component },
    headline: incident.headline,
  },
  facts: incident.notice?.facts ?? [],
  cause: incident.notice?.cause ?? null,
  samples: incident.notice?.samples ?? [],
  runbook: {
    title: rule.runbook.title,
    url: `${deps.notify.publicUrl}/docs/alerts#${rule.runbook.anchor}`,
    steps: rule.runbook.steps,
  },
})

/** The words for what a group's people hear now. Always answers, at the latest after `COMPOSE_TIMEOUT_MS`. */
const wordsFor = async (engine: Engine, plan: Plan, change: Change, at: Date): Promise<Notice | null> => {
  const { group, incident } = plan
  const { rule, members, before } = group
  if (rule === null) return incident.notice && { ...incident.notice, change, at }
  const plain = () => plainNotice(engine, rule, incident, change, at)
  const composed = engine
    .compose(engine.deps, {
      incident: { id: incident.id, key: incident.key, openedAt: incident.opened_at },
      rule,
      alerts: noticedOf(members.length > 0 ? members : before),
      change,
      number: incident.messages + 1,
      at,
      severity: incident.severity,
    })
    .catch((error: unknown) => {
      engine.deps.log.error({ why: whyOf(error), rule: rule.name }, 'a notice could not be composed')
      return plain()
    })
  return within(engine.deps.env, COMPOSE_TIMEOUT_MS, composed, plain)
}

/** Who is to be told of a plan, and who of them was before. */
interface Audience {
  readonly again: readonly Address[]
  readonly fresh: readonly Address[]
}

const audienceOf = (engine: Engine, plan: Plan, told: readonly Address[]): Audience => {
  if (plan.isResolved) return { again: told, fresh: [] }
  const { shop, notify } = engine.deps
  const { labels, severity } = plan.incident
  const about = { store: labels['store'], severity, pages: plan.group.rule?.pages ?? false }
  const all = plan.audiences.length === 0 ? [] : engine.addressesOf(shop, notify, plan.audiences, about)
  const known = new Set(told.map(readerOf))
  return {
    again: all.filter((address) => known.has(readerOf(address))),
    fresh: all.filter((address) => !known.has(readerOf(address))),
  }
}

/** How many messages each reader was sent lately; counted on while messages are added. */
type Sent = Map<string, number>

const sentLately = async (engine: Engine, addresses: readonly Address[], at: Date): Promise<Sent> => {
  if (addresses.length === 0) return new Map()
  const since = new Date(at.getTime() - STORM_WINDOW_MS)
  const rows = await engine.deps.db.rows<Address & { sent: number }>(countLately, [
    JSON.stringify(addresses),
    since,
  ])
  return new Map(rows.map((row) => [readerOf(row), row.sent]))
}

const holdBack = (sent: Sent, plan: Plan, to: readonly Address[], isFirst: boolean) => {
  const go: Address[] = []
  const wait: Address[] = []
  for (const address of to) {
    const count = sent.get(readerOf(address)) ?? 0
    const may = maySend(address, count, { severity: plan.incident.severity, isFirst })
    if (may) sent.set(readerOf(address), count + 1)
    ;(may ? go : wait).push(address)
  }
  return { go, wait }
}

const heldOf = (engine: Engine, notice: Notice, addresses: readonly Address[], at: Date): Held[] =>
  addresses.map((address) => ({
    id: newId(engine.deps.env, 'heldMessage'),
    address,
    notice,
    heldAt: at,
    isOver: false,
    lastDigest: null,
  }))

const resolvedMessages = (words: Notice, number: number, to: readonly Address[]): Message[] =>
  to.length === 0 ? [] : [{ notice: { ...words, change: 'resolved', number }, to }]

/** One notice for those who hear of it first, and one for those who know; each has its number. */
const firedMessages = (
  words: Notice,
  number: number,
  fresh: readonly Address[],
  again: readonly Address[],
): Message[] => {
  const first: Message[] =
    fresh.length === 0 ? [] : [{ notice: { ...words, change: 'fired', number }, to: fresh }]
  return again.length === 0
    ? first
    : [...first, { notice: { ...words, change: 'escalated', number: number + first.length }, to: again }]
}

const toldRow = (plan: Plan, { notice, to }: Message): Happening => ({
  what: 'told',
  by: BY_ITSELF,
  detail: {
    change: notice.change,
    number: notice.number,
    steps: plan.steps,
    audiences: plan.audiences,
    to: to.map(({ channel, contact }) => ({ channel, contact })),
  },
})

const nothingSaid = (plan: Plan): Told => ({
  plan,
  incident: plan.incident,
  happenings: plan.happenings,
  messages: [],
  held: [],
})

const finish = (plan: Plan, words: Notice, messages: readonly Message[], held: readonly Held[]): Told => ({
  plan,
  incident: {
    ...plan.incident,
    messages: plan.incident.messages + messages.length,
    notice: messages.at(-1)?.notice ?? plan.incident.notice ?? words,
  },
  happenings: [
    ...plan.happenings,
    ...messages.map((message) => toldRow(plan, message)),
    ...(held.length === 0
      ? []
      : [
          {
            what: 'told' as const,
            by: BY_ITSELF,
            detail: { held: held.map(({ address }) => address), why: 'too many messages lately' },
          },
        ]),
  ],
  messages,
  held,
})

const tellOne = (
  engine: Engine,
  { plan, audience, words }: { plan: Plan; audience: Audience; words: Notice | null },
  sent: Sent,
  at: Date,
): Told => {
  if (words === null) return nothingSaid(plan)
  const number = plan.incident.messages + 1
  if (plan.isResolved) return finish(plan, words, resolvedMessages(words, number, audience.again), [])
  const fresh = holdBack(sent, plan, audience.fresh, true)
  const again = holdBack(sent, plan, audience.again, false)
  const messages = firedMessages(words, number, fresh.go, again.go)
  return finish(plan, words, messages, heldOf(engine, words, [...fresh.wait, ...again.wait], at))
}

const URGENCY = { critical: 0, warning: 1, info: 2 } as const

/**
 * Finds the words for every plan and who gets them, before anything is written. In a storm the most severe come first; what
 * is one too many for its reader is held back for a digest.
 */
export const composeMessages = async (
  engine: Engine,
  plans: readonly Plan[],
  told: ReadonlyMap<string, readonly Address[]>,
  at: Date,
): Promise<readonly Told[]> => {
  const ordered = [...plans].sort(
    ({ incident: one }, { incident: other }) => URGENCY[one.severity] - URGENCY[other.severity],
  )
  const worded = await Promise.all(
    ordered.map(async (plan) => {
      const audience = audienceOf(engine, plan, told.get(plan.incident.id) ?? [])
      const isHeard = audience.again.length + audience.fresh.length > 0
      const change = plan.isResolved ? 'resolved' : plan.incident.messages === 0 ? 'fired' : 'escalated'
      const words = isHeard ? await wordsFor(engine, plan, change, at) : null
      return { plan, audience, words }
    }),
  )
  const everybody = worded.flatMap(({ audience: { again, fresh } }) => [...again, ...fresh])
  const sent = await sentLately(engine, everybody, at)
  return worded.map((one) => tellOne(engine, one, sent, at))
}
