import type { Deps } from '#core/service.ts'
import type { Clock } from '#core/env.ts'
import { openAlertDeps } from '../../testing/alert-deps.ts'
import type { Address } from '../../deliveries/add-deliveries.ts'
import type { GroupPolicy } from '../../domain/incident.ts'
import type { Inhibition } from '../../domain/inhibit.ts'
import type { Labels } from '../../domain/labels.ts'
import type { AlertRule, Judgement, Measure, Reading } from '../../domain/rule.ts'
import type { StoredIncident } from '../../incidents/incident.ts'
import { composeNotice } from '../../notices/compose-notice.ts'
import { createEngine, type Engine, type EngineParts } from '../engine.ts'
import { evaluateOnce, type Tick } from '../evaluate-once.ts'

/** What a test's measure says of one set of labels. */
export interface Seen extends Reading {
  readonly value: number | 'too_few' | 'no_data'
}

/** Breached above it. */
export const LINE = 10

const judge = ({ labels, value }: Seen): Judgement => {
  const isNumber = typeof value === 'number'
  const store = labels['store'] === undefined ? '' : ` in ${labels['store']}`
  return {
    finding: !isNumber ? value : value > LINE ? 'breached' : 'quiet',
    value: isNumber ? value : null,
    line: LINE,
    numerator: null,
    denominator: null,
    headline: `${value} of at most ${LINE}${store}`,
    facts: [{ name: 'Value', value: String(value) }],
  }
}

/** What differs from a critical rule that fires at once, keeps five minutes and looks at the last minute. */
export type RuleOptions = Partial<
  Pick<
    AlertRule,
    'severity' | 'slo' | 'forMs' | 'keepMs' | 'windowMs' | 'groupBy' | 'whenGone' | 'tell' | 'canBeSilenced'
  >
>

export const MINUTE = 60_000

/** At once, after 5 and after 15 minutes, twice; a person's word lasts an hour. */
const POLICY: GroupPolicy = {
  waitMs: 5_000,
  steps: [
    { afterMs: 0, contacts: ['on_call'] },
    { afterMs: 5 * MINUTE, contacts: ['on_call', 'it_support'] },
    { afterMs: 15 * MINUTE, contacts: ['management'] },
  ],
  rounds: 2,
  pauseMs: 30 * MINUTE,
  ackExpiresMs: 60 * MINUTE,
}

/** Measures by name and what each answers now. */
export class Facts {
  readonly #answers = new Map<string, readonly Seen[] | Error | 'hangs'>()
  readonly asked: string[] = []

  /** From now on `name` answers one value without labels, these rows, an error, or nothing. */
  set(name: string, answer: Seen['value'] | readonly Seen[] | Error | 'hangs'): void {
    const isOne = typeof answer === 'number' || answer === 'too_few' || answer === 'no_data'
    this.#answers.set(name, isOne ? [{ labels: {}, value: answer }] : answer)
  }

  measure(name: string): Measure<Seen> {
    return {
      name,
      from: 'postgres',
      read: async () => {
        this.asked.push(name)
        const answer = this.#answers.get(name) ?? [{ labels: {}, value: 0 }]
        if (answer === 'hangs') return new Promise(() => undefined)
        if (answer instanceof Error) throw answer
        return Promise.resolve(answer)
      },
    }
  }
}

/** A rule of its own measure, called like it. */
export const ruleOf = (facts: Facts, name: string, options: RuleOptions = {}): AlertRule =>
  ({
    name,
    severity: 'critical',
    slo: name,
    component: 'payments',
    tell: ['on_call'],
    pages: true,
    measure: facts.measure(name),
    judge,
    windowMs: MINUTE,
    minSample: 1,
    forMs: 0,
    keepMs: 5 * MINUTE,
    whenGone: 'no_data',
    groupBy: [],
    explain: null,
    canBeSilenced: true,
    runbook: { title: 'Runbook', anchor: name.toLowerCase(), steps: ['Look.'] },
    origin: 'added',
    prometheus: null,
    ...options,
    // A rule judges the readings of its own measure; the catalogue's type forgets which they are.
  }) as AlertRule<Seen> as unknown as AlertRule

/** A message as it was written. */
export interface Written {
  readonly rule: string
  readonly change: string
  readonly to: string
  readonly number: number
}

const LIST_WRITTEN = `SELECT d.notice -> 'alert' ->> 'name' AS rule, d.change, d.channel || ' ' || d.contact AS "to", (d.notice ->> 'number')::integer AS number
  FROM alert_deliveries d ORDER BY d.seq`

const addressesOf: EngineParts['addressesOf'] = (_shop, _notify, audiences, { severity }): Address[] => [
  ...(severity === 'critical' && audiences.includes('on_call')
    ? [{ channel: 'pager', contact: 'on_call' }]
    : []),
  ...audiences.map((contact) => ({ channel: 'mail', contact })),
]

/** A clock of a machine: it runs with machine time and may be set, also back. */
const machineClock = (start: Date) => {
  let nowMs = start.getTime()
  let isSteady = true
  const clock: Clock = { now: () => new Date(nowMs), isSteady: () => isSteady }
  return {
    clock,
    setBy: (ms: number) => {
      nowMs += ms
    },
    setSteady: (steady: boolean) => {
      isSteady = steady
    },
  }
}

/** A database, a catalogue, and as many engines as a test wants: each is a process of its own. */
export const openEngineWorld = async () => {
  const { deps: base, close } = await openAlertDeps()
  const { clock, setBy, setSteady } = machineClock(base.env.clock.now())
  const deps: Deps = { ...base, env: { ...base.env, clock } }
  const facts = new Facts()
  const parts: { catalogue: readonly AlertRule[]; inhibitions: readonly Inhibition[] } = {
    catalogue: [],
    inhibitions: [],
  }
  const startEngine = (over: Partial<Deps> = {}, more: Partial<EngineParts> = {}): Engine =>
    createEngine(
      { ...deps, ...over },
      { ...parts, compose: composeNotice, policyOf: () => POLICY, addressesOf, ...more },
    )
  const later = async (ms: number): Promise<void> => {
    setBy(ms)
    await base.env.passMachine(ms)
  }
  /** Evaluates every five seconds for `ms`. */
  const run = async (engine: Engine, ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 5_000) {
      await later(5_000)
      await evaluateOnce(engine)
    }
  }
  const tick = async (engine: Engine): Promise<Tick> => evaluateOnce(engine)
  const incidents = async () =>
    deps.db.rows<StoredIncident>('SELECT * FROM alert_incidents ORDER BY opened_at, id')
  const written = async () => deps.db.rows<Written>(LIST_WRITTEN)
  /** Every message as one line: "fired pager on_call". */
  const lines = async () => (await written()).map(({ change, to }) => `${change} ${to}`)
  const timeline = async (id: string) =>
    (
      await deps.db.rows<{ what: string }>(
        'SELECT what FROM alert_timeline WHERE incident_id = $1 ORDER BY seq',
        [id],
      )
    ).map(({ what }) => what)
  const phaseOf = async (rule: string, labels: Labels = {}) =>
    (
      await deps.db.first<{ phase: string }>(
        'SELECT phase FROM alert_states WHERE rule = $1 AND labels = $2::jsonb',
        [rule, JSON.stringify(labels)],
      )
    )?.phase
  return {
    deps,
    facts,
    parts,
    startEngine,
    later,
    run,
    tick,
    incidents,
    written,
    lines,
    timeline,
    phaseOf,
    setBy,
    setSteady,
    base,
    close,
  }
}

export type EngineWorld = Awaited<ReturnType<typeof openEngineWorld>>
