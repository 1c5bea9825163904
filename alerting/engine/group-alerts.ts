import { createHash } from 'node:crypto'
import { isRaised } from '../domain/alert-state.ts'
import { identityOf, type Labels } from '../domain/labels.ts'
import type { AlertRule } from '../domain/rule.ts'
import type { StoredIncident } from '../incidents/incident.ts'
import type { AlertRecord } from './memory.ts'

/** The alerts that people are told of together, and the incident that tells of them, if one is open. */
export interface Group {
  readonly key: string
  /** Null when the catalogue has the rule no more. */
  readonly rule: AlertRule | null
  /** The labels by which its rule groups. */
  readonly labels: Labels
  /** Raised, and not let go by a person. */
  readonly members: readonly AlertRecord[]
  /** What its incident told of until now. */
  readonly before: readonly AlertRecord[]
  readonly incident: StoredIncident | null
}

/** Longer ones are no key of PagerDuty's (255); what stands behind them is told by a digest of it. */
const KEY_MAX = 200

const groupLabels = (rule: AlertRule, labels: Labels): Labels =>
  Object.fromEntries(
    rule.groupBy.map((name) => [name, labels[name] ?? '']).filter(([, value]) => value !== ''),
  )

/** Names a group for pager and mail, the same after a restart: "acct_1:StoreSuccessRateLow:store=main". */
const keyOf = (scope: string, rule: AlertRule, labels: Labels): string => {
  const parts = Object.keys(labels)
    .sort()
    .map((name) => `:${name}=${labels[name] ?? ''}`)
  const key = `${scope}:${rule.name}${parts.join('')}`
  if (key.length <= KEY_MAX) return key
  const digest = createHash('sha256').update(identityOf(labels)).digest('hex').slice(0, 32)
  return `${scope}:${rule.name}:${digest}`
}

const addTo = <Value>(map: Map<string, Value[]>, key: string, value: Value): void => {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}

/**
 * Puts raised alerts together by rule and the labels it groups by, and beside them the incidents that are open, also those of
 * which nothing is raised any more. `scope` tells installations apart that share a pager.
 */
export const groupAlerts = (
  scope: string,
  rules: readonly AlertRule[],
  alerts: readonly AlertRecord[],
  incidents: readonly StoredIncident[],
): readonly Group[] => {
  const byName = new Map(rules.map((rule) => [rule.name, rule]))
  const members = new Map<string, AlertRecord[]>()
  const heads = new Map<string, Pick<Group, 'rule' | 'labels'>>()
  const before = new Map<string, AlertRecord[]>()
  for (const alert of alerts) {
    if (alert.incidentId !== null) addTo(before, alert.incidentId, alert)
    const rule = byName.get(alert.rule)
    if (rule === undefined || !isRaised(alert.state) || alert.closedAt !== null) continue
    const labels = groupLabels(rule, alert.labels)
    const key = keyOf(scope, rule, labels)
    heads.set(key, { rule, labels })
    addTo(members, key, alert)
  }
  const open = new Map(incidents.map((incident) => [incident.key, incident]))
  return [...new Set([...open.keys(), ...heads.keys()])].map((key) => {
    const incident = open.get(key) ?? null
    const head = heads.get(key)
    return {
      key,
      rule: head?.rule ?? byName.get(incident?.rule ?? '') ?? null,
      labels: head?.labels ?? incident?.labels ?? {},
      members: members.get(key) ?? [],
      before: incident === null ? [] : (before.get(incident.id) ?? []),
      incident,
    }
  })
}
