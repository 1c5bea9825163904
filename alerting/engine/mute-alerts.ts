import { isRaised } from '../domain/alert-state.ts'
import { inhibitedBy, type Inhibition, type Raised } from '../domain/inhibit.ts'
import type { Labels } from '../domain/labels.ts'
import type { AlertRule } from '../domain/rule.ts'
import { silencedBy, type Silence } from '../domain/silence.ts'
import type { AlertRecord } from './memory.ts'

/** What silences and inhibitions match: the alert's labels and what its rule says of itself. */
export const matchedLabels = (rule: AlertRule, labels: Labels): Labels => ({
  ...labels,
  alertname: rule.name,
  severity: rule.severity,
  slo: rule.slo,
  component: rule.component,
})

/** Names one alert among all. */
export const nameOf = ({ rule, labelsKey }: Pick<AlertRecord, 'rule' | 'labelsKey'>): string =>
  `${rule}${labelsKey}`

/** Rules that nobody may silence. */
export const unsilenceableOf = (rules: readonly AlertRule[]): string[] =>
  rules.filter(({ canBeSilenced }) => !canBeSilenced).map(({ name }) => name)

/**
 * Why each raised alert that is muted is, by its name: the alert that causes it, or a silence. A cause mutes its effects also
 * while it is silenced itself, and while a person has closed it although it is still there.
 */
export const mutedAlerts = (
  rules: readonly AlertRule[],
  inhibitions: readonly Inhibition[],
  silences: readonly Silence[],
  alerts: readonly AlertRecord[],
  at: Date,
): ReadonlyMap<string, string> => {
  const byName = new Map(rules.map((rule) => [rule.name, rule]))
  const unsilenceable = unsilenceableOf(rules)
  const raised = alerts.flatMap((alert): (Raised & { readonly rule: string })[] => {
    const rule = byName.get(alert.rule)
    if (rule === undefined || !isRaised(alert.state)) return []
    return [{ id: nameOf(alert), rule: alert.rule, labels: matchedLabels(rule, alert.labels) }]
  })
  const causes = inhibitedBy(raised, inhibitions)
  const ruleOf = new Map(raised.map(({ id, rule }) => [id, rule]))
  const muted = new Map<string, string>()
  for (const { id, labels } of raised) {
    const cause = causes.get(id)
    const silence = silencedBy(labels, silences, unsilenceable, at)
    if (cause !== undefined) muted.set(id, ruleOf.get(cause) ?? cause)
    else if (silence !== undefined) muted.set(id, `silence ${silence.id}`)
  }
  return muted
}
