import { kpisOf } from '#core/kpi/settings.ts'
import { createLogger } from '#core/log.ts'
import { NO_NOTIFY } from '#core/notify.ts'
import type { Deps } from '#core/service.ts'
import { isRaised } from '../../domain/alert-state.ts'
import type { AlertRule, Judgement, Reading } from '../../domain/rule.ts'
import { groupAlerts } from '../../engine/group-alerts.ts'
import { judgeReadings } from '../../engine/judge-readings.ts'
import type { AlertRecord } from '../../engine/memory.ts'
import { isForgettable, stepRule } from '../../engine/step-alerts.ts'
import { parseShop } from '#core/shop.ts'

const SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: bakery, name: Bakery, zone: Europe/London }]
tills: [{ id: till-1, store: bakery, name: Till 1 }]
`)

/** The engine's own rhythm. */
export const EVERY_MS = 5_000
export const START = new Date('2026-03-02T12:00:00.000Z')

/** What one evaluation finds: readings, or that they could not be had. */
export type Found = readonly Reading[] | 'failed'

const DEPS = { shop: SHOP, notify: NO_NOTIFY, log: createLogger('silent') } as unknown as Deps

/** A rule's word on a reading, under the settings of a shop that has set nothing. */
export const judge = (rule: AlertRule, reading: Reading): Judgement =>
  rule.judge(reading, { kpis: kpisOf(SHOP), pageTail: NO_NOTIFY.pageTail })

/** As Postgres gives it back after a restart: only what is stored, through JSON where it is stored so. */
const restarted = (alert: AlertRecord): AlertRecord => ({
  ...alert,
  labels: JSON.parse(JSON.stringify(alert.labels)) as AlertRecord['labels'],
  judgement: JSON.parse(JSON.stringify(alert.judgement)) as AlertRecord['judgement'],
  state: { ...alert.state, since: new Date(alert.state.since.toISOString()) },
})

/** A rule as the engine evaluates it, by hand. */
export interface Play {
  /** Evaluates each of `finds`, five seconds apart; answers F for each alert that fired, R for each that resolved. */
  evaluate(...finds: readonly Found[]): string
  /** The same find for so long, at least once. */
  last(ms: number, find: Found): string
  /** Starts the engine again: it knows what is stored. */
  restart(): void
  raised(): readonly AlertRecord[]
  /** How many incidents would be open. */
  incidents(): number
}

/** Plays one rule with the engine's own functions for judging, stepping and grouping; nothing is stored. */
export const playRule = (rule: AlertRule): Play => {
  let alerts: readonly AlertRecord[] = []
  let atMs = START.getTime()
  const one = (find: Found): string => {
    const answer =
      find === 'failed'
        ? ({ kind: 'failed', why: 'test' } as const)
        : ({ kind: 'read', readings: find } as const)
    const before = new Set(alerts.filter(({ state }) => isRaised(state)).map(({ labelsKey }) => labelsKey))
    const stepped = stepRule(rule, alerts, judgeReadings(DEPS, rule, answer), new Date(atMs))
    atMs += EVERY_MS
    const after = stepped.map(({ alert }) => alert)
    alerts = after.filter((alert) => !isForgettable(alert))
    const now = new Set(after.filter(({ state }) => isRaised(state)).map(({ labelsKey }) => labelsKey))
    const fired = [...now].filter((key) => !before.has(key)).length
    const resolved = [...before].filter((key) => !now.has(key)).length
    return 'F'.repeat(fired) + 'R'.repeat(resolved)
  }
  const evaluate = (...finds: readonly Found[]): string => finds.map(one).join('')
  return {
    evaluate,
    last: (ms, find) => Array.from({ length: Math.floor(ms / EVERY_MS) + 1 }, () => one(find)).join(''),
    restart: () => {
      alerts = alerts.map(restarted)
    },
    raised: () => alerts.filter(({ state }) => isRaised(state)),
    incidents: () => groupAlerts('test', [rule], alerts, []).length,
  }
}
