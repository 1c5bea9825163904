/** What tells one alert of a rule from another: bounded names such as store or method, never ids or values. */
export type Labels = Readonly<Record<string, string>>

/** One condition on a label; a label that is not there counts as empty, as in Alertmanager. */
export interface Matcher {
  readonly label: string
  readonly is: 'equal' | 'not_equal'
  readonly value: string
}

const sorted = (labels: Labels): [string, string][] =>
  Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))

/** Equal for equal sets of labels, whatever their order, and only for these: the identity of an alert. */
export const identityOf = (labels: Labels): string => JSON.stringify(sorted(labels))

/** True when every matcher holds. No matchers match everything, which a caller must not allow by accident. */
export const matches = (labels: Labels, matchers: readonly Matcher[]): boolean =>
  matchers.every(({ label, is, value }) => ((labels[label] ?? '') === value) === (is === 'equal'))

/** True when both have the same value of each of `names`; missing on both sides is the same (Alertmanager). */
export const agreeOn = (names: readonly string[], one: Labels, other: Labels): boolean =>
  names.every((name) => (one[name] ?? '') === (other[name] ?? ''))
