import { TillwatchError } from '#core/errors.ts'
import type { AlertRule } from '../domain/rule.ts'

const LABEL = /^[a-z][a-z_]{0,39}$/

const problemsOf = (rule: AlertRule): string[] => {
  const isLength = (ms: number) => Number.isSafeInteger(ms) && ms >= 0
  return [
    ...(/^[A-Z][A-Za-z0-9]{0,79}$/.test(rule.name) ? [] : ['its name is not made of words in CamelCase']),
    ...(isLength(rule.forMs) ? [] : ['forMs is no length of time']),
    ...(isLength(rule.keepMs) ? [] : ['keepMs is no length of time']),
    ...(isLength(rule.windowMs) ? [] : ['windowMs is no length of time']),
    ...rule.groupBy.filter((label) => !LABEL.test(label)).map((label) => `it groups by ${label}`),
    ...(rule.pages && rule.severity !== 'critical' ? ['it pages and is not critical'] : []),
  ].map((problem) => `${rule.name}: ${problem}`)
}

const twice = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, place) => names.indexOf(name) !== place)),
]

/**
 * What is wrong with a catalogue, one sentence each. Names of rules and of measures tell alerts apart in the database and in
 * memory, so that two of one name would be one alert that fires and resolves at the same time.
 */
export const problemsOfCatalogue = (rules: readonly AlertRule[]): string[] => {
  const measures = [...new Set(rules.map(({ measure }) => measure))]
  return [
    ...twice(rules.map(({ name }) => name)).map((name) => `${name}: there are two rules of that name`),
    ...twice(measures.map(({ name }) => name)).map((name) => `${name}: there are two measures of that name`),
    ...rules.flatMap(problemsOf),
  ]
}

/** Throws `config_invalid` with every reason when a catalogue cannot be evaluated: at start, and not at night. */
export const checkCatalogue = (rules: readonly AlertRule[]): void => {
  const problems = problemsOfCatalogue(rules)
  if (problems.length > 0) throw new TillwatchError('config_invalid', problems.join('; '))
}
