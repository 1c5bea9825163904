import { matches, type Labels, type Matcher } from './labels.ts'

/** A person's word that alerts of a kind need not be told for a while. */
export interface Silence {
  readonly id: string
  readonly matchers: readonly Matcher[]
  readonly author: string
  readonly reason: string
  readonly from: Date
  /** Not included: at this instant the alerts are told again. */
  readonly until: Date
}

/** Longer than this a silence is a rule that somebody should change. */
export const SILENCE_MAX_MS = 24 * 3_600_000

const HOUR_MS = 3_600_000

/** What is wrong with a silence that somebody asks for, one sentence each; none when it may stand. */
export const problemsOf = (asked: Omit<Silence, 'id'>, unsilenceable: readonly string[]): string[] => {
  const lasts = asked.until.getTime() - asked.from.getTime()
  const named = asked.matchers.filter(({ label, is }) => label === 'alertname' && is === 'equal')
  return [
    ...(asked.matchers.length === 0 ? ['a silence of everything is none: name at least one label'] : []),
    ...(asked.reason.trim() === '' ? ['say why'] : []),
    ...(lasts <= 0 ? ['it ends before it begins'] : []),
    ...(lasts > SILENCE_MAX_MS ? [`at most ${SILENCE_MAX_MS / HOUR_MS} hours`] : []),
    ...named
      .filter(({ value }) => unsilenceable.includes(value))
      .map(({ value }) => `${value} cannot be silenced`),
  ]
}

/** The silence that covers an alert at an instant, if any; what cannot be silenced is never covered. */
export const silencedBy = (
  labels: Labels,
  silences: readonly Silence[],
  unsilenceable: readonly string[],
  at: Date,
): Silence | undefined =>
  unsilenceable.includes(labels['alertname'] ?? '')
    ? undefined
    : silences.find(({ matchers, from, until }) => from <= at && at < until && matches(labels, matchers))
