import { isRaised } from '../domain/alert-state.ts'
import { newId } from '#core/ids.ts'
import { askMeasures } from './ask-measures.ts'
import { clockStepOf } from './clock-step.ts'
import { commit } from './commit.ts'
import { composeMessages, type Told } from './compose-messages.ts'
import type { Engine } from './engine.ts'
import { groupAlerts, type Group } from './group-alerts.ts'
import { judgeReadings } from './judge-readings.ts'
import { takeLead } from './lead.ts'
import { recall, type AlertRecord, type Remembered } from './memory.ts'
import { mutedAlerts, nameOf } from './mute-alerts.ts'
import { planGroup, type Plan } from './plan-group.ts'
import { isForgettable, stepOrphan, stepRule, type Stepped } from './step-alerts.ts'
import { resultsOf, WHOLE_EVERY_MS } from './results.ts'
import { writeDigests } from './write-digests.ts'

/** What one tick did. */
export type Tick =
  | { readonly did: 'stood_by' }
  | {
      readonly did: 'evaluated'
      readonly at: Date
      readonly tookMs: number
      /** What was written about incidents. */
      readonly told: readonly Told[]
      /** Names of rules that could not ask. */
      readonly blind: readonly string[]
    }

/** By how much the clock was corrected since the last beat. One that is moved on purpose is believed while we watched it. */
const correctionOf = ({ deps, memory }: Engine, at: Date, atMs: number): number =>
  deps.env.clock.isSimulated === true && !memory.stoodBy ? 0 : clockStepOf(memory.lease, at, atMs)

const knownBy = (alerts: readonly AlertRecord[]): ReadonlyMap<string, readonly AlertRecord[]> => {
  const known = new Map<string, AlertRecord[]>()
  for (const alert of alerts) known.set(alert.rule, [...(known.get(alert.rule) ?? []), alert])
  return known
}

/** Asks, judges and steps every alert of the catalogue, and ends those of rules that it has no more. */
const look = async (engine: Engine, before: Remembered, at: Date) => {
  const { catalogue, deps } = engine
  const answers = await askMeasures(engine, catalogue, at)
  const known = knownBy(before.alerts)
  const sights = catalogue.map((rule) => ({
    rule,
    sight: judgeReadings(deps, rule, answers.get(rule.measure.name)),
  }))
  const names = new Set(catalogue.map(({ name }) => name))
  const stepped: readonly Stepped[] = [
    ...sights.flatMap(({ rule, sight }) => stepRule(rule, known.get(rule.name) ?? [], sight, at)),
    ...before.alerts.filter(({ rule }) => !names.has(rule)).map((alert) => stepOrphan(alert, at)),
  ]
  const blind = sights.flatMap(({ rule, sight }) =>
    sight.kind === 'blind' ? [{ rule: rule.name, why: sight.why }] : [],
  )
  return { stepped, blind }
}

/** Since when each alert is loud: raised, not let go, not muted. */
const hear = (
  alerts: readonly AlertRecord[],
  muted: ReadonlyMap<string, string>,
  at: Date,
): readonly AlertRecord[] =>
  alerts.map((alert) => {
    const isLoud = isRaised(alert.state) && alert.closedAt === null && !muted.has(nameOf(alert))
    return { ...alert, loudSince: isLoud ? (alert.loudSince ?? at) : null }
  })

const whyMuted = ({ members }: Group, muted: ReadonlyMap<string, string>): string | null =>
  members.map((alert) => muted.get(nameOf(alert))).find((why) => why !== undefined) ?? null

const planAll = (
  engine: Engine,
  alerts: readonly AlertRecord[],
  before: Remembered,
  muted: ReadonlyMap<string, string>,
  at: Date,
): readonly Plan[] => {
  const { deps, catalogue, policyOf } = engine
  const { accountId, livemode } = deps.stripeFacts
  const scope = livemode ? accountId : `${accountId}-test`
  return groupAlerts(scope, catalogue, alerts, before.incidents).flatMap((group) => {
    const policy = group.incident?.policy ?? (group.rule && policyOf(deps.shop, group.rule))
    if (policy === null) return []
    const plan = planGroup(group, policy, whyMuted(group, muted), () => newId(deps.env, 'incident'), at)
    return plan === null ? [] : [plan]
  })
}

const isSame = (one: AlertRecord, other: AlertRecord): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** Alerts that must be written: not at rest or known from before, and changed. */
const changedOf = (
  alerts: readonly AlertRecord[],
  before: readonly AlertRecord[],
  isMoved: boolean,
): readonly AlertRecord[] => {
  const known = new Map(before.map((alert) => [nameOf(alert), alert]))
  return alerts.filter((alert) => {
    const was = known.get(nameOf(alert))
    if (was === undefined) return !isForgettable(alert)
    return isMoved || !isSame(was, alert)
  })
}

const reopenedOf = (
  alerts: readonly AlertRecord[],
  before: readonly AlertRecord[],
  isMoved: boolean,
): readonly AlertRecord[] => {
  const closed = new Map(
    before.filter(({ closedAt }) => closedAt !== null).map((alert) => [nameOf(alert), alert]),
  )
  return alerts.filter((alert) => closed.has(nameOf(alert)) && (isMoved || alert.closedAt === null))
}

/** Says once of each rule that it cannot ask any more, and that it can again: not with every evaluation. */
const logBlindness = (
  { deps, memory }: Engine,
  blind: readonly { readonly rule: string; readonly why: string }[],
): void => {
  const now = new Set(blind.map(({ rule }) => rule))
  for (const { rule, why } of blind)
    if (!memory.blind.has(rule)) deps.log.warn({ rule, why }, 'a rule of the alerts cannot ask')
  for (const rule of memory.blind)
    if (!now.has(rule)) deps.log.info({ rule }, 'a rule of the alerts can ask again')
  memory.blind = now
}

/** Decides and writes what an evaluation saw. */
const conclude = async (
  engine: Engine,
  before: Remembered,
  stepped: readonly Stepped[],
  when: { readonly at: Date; readonly atMs: number; readonly isMoved: boolean },
): Promise<readonly Told[]> => {
  const { at, atMs, isMoved } = when
  const { catalogue, inhibitions, deps } = engine
  const seen = stepped.map(({ alert }) => alert)
  const muted = mutedAlerts(catalogue, inhibitions, before.silences, seen, at)
  const alerts = hear(seen, muted, at)
  const plans = planAll(engine, alerts, before, muted, at).filter(({ isChanged }) => isChanged || isMoved)
  const told = await composeMessages(engine, plans, before.told, at)
  const isWhole = atMs - engine.memory.wholeMs >= WHOLE_EVERY_MS
  const written = await commit(engine, {
    at,
    atMs,
    alerts: changedOf(alerts, before.alerts, isMoved),
    reopened: reopenedOf(alerts, before.alerts, isMoved),
    told,
    digests: writeDigests(deps, [...before.held, ...told.flatMap(({ held }) => held)], at),
    results: resultsOf(stepped, isWhole),
  })
  if (isWhole) engine.memory.wholeMs = atMs
  return written
}

/**
 * One evaluation of the whole catalogue at `at` (business clock), if this process leads: every measure asked once, every alert
 * stepped, every group decided, and all of it written in one commit with the messages it brings about. Throws when Postgres
 * is away, and `LeaseLost` when another process took over meanwhile: nothing is told then, and the next tick begins anew.
 */
export const evaluateOnce = async (engine: Engine, at: Date = engine.deps.env.clock.now()): Promise<Tick> => {
  const { deps, memory } = engine
  const atMs = deps.env.machine.nowMs()
  if (!(await takeLead(engine, at))) return { did: 'stood_by' }
  const stepMs = correctionOf(engine, at, atMs)
  if (stepMs !== 0) deps.log.warn({ step_ms: stepMs }, 'the clock was set; alerts last as long as they did')
  const before = await recall(deps, at, stepMs)
  const { stepped, blind } = await look(engine, before, at)
  const told = await conclude(engine, before, stepped, { at, atMs, isMoved: stepMs !== 0 })
  memory.stoodBy = false
  logBlindness(engine, blind)
  const tookMs = deps.env.machine.nowMs() - atMs
  return { did: 'evaluated', at, tookMs, told, blind: blind.map(({ rule }) => rule) }
}
