import { agreeOn, matches, type Labels, type Matcher } from './labels.ts'

/** While an alert that matches `source` is raised, alerts that match `target` and agree on `equal` are not told. */
export interface Inhibition {
  readonly source: readonly Matcher[]
  readonly target: readonly Matcher[]
  readonly equal: readonly string[]
}

/** An alert as people are told of it. */
export interface Raised {
  readonly id: string
  readonly labels: Labels
}

/**
 * The alerts whose cause is told already, by id, with the id of the cause. An alert never mutes itself,
 * and one that is both source and target of a rule is not muted by it: two causes never silence each other.
 */
export const inhibitedBy = (
  raised: readonly Raised[],
  inhibitions: readonly Inhibition[],
): Map<string, string> => {
  const muted = new Map<string, string>()
  for (const { source, target, equal } of inhibitions) {
    const causes = raised.filter(({ labels }) => matches(labels, source))
    for (const alert of raised) {
      if (muted.has(alert.id) || !matches(alert.labels, target)) continue
      if (matches(alert.labels, source)) continue
      const cause = causes.find(({ labels }) => agreeOn(equal, labels, alert.labels))
      if (cause) muted.set(alert.id, cause.id)
    }
  }
  return muted
}
