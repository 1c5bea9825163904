import { createHash } from 'node:crypto'
import { matchesType } from '../events/types.ts'
import type { Rule } from './rule.ts'

const BYTES = 6

/** A number in [0, 1) that the words alone decide: the same words give the same number on every machine. */
export const draw = (...words: readonly (string | number)[]): number =>
  createHash('sha256').update(words.join('|')).digest().readUIntBE(0, BYTES) / 2 ** (8 * BYTES)

/** True when a path begins with the pattern, segment by segment; `*` stands for any one segment. */
export const matchesPath = (pattern: string, path: string): boolean => {
  const wanted = pattern.split('/').filter((part) => part !== '')
  const given = path.split('/').filter((part) => part !== '')
  return wanted.every((part, at) => given[at] !== undefined && (part === '*' || part === given[at]))
}

/** What a rule is asked about. */
export type Occasion =
  | { on: 'call'; method: string; path: string }
  | { on: 'delivery'; type: string }
  | { on: 'list'; path: string }

/** True when a rule is about this occasion. A key can only be in use where keys are: on POST. */
export const concerns = (rule: Rule, occasion: Occasion): boolean => {
  if (rule.on === 'delivery') {
    const { type } = rule.match ?? {}
    return occasion.on === 'delivery' && (type === undefined || matchesType([type], occasion.type))
  }
  if (occasion.on !== rule.on) return false
  if (rule.match?.path !== undefined && !matchesPath(rule.match.path, occasion.path)) return false
  if (rule.on === 'list' || occasion.on !== 'call') return true
  if (rule.kind === 'conflict' && occasion.method !== 'POST') return false
  return rule.match?.method === undefined || rule.match.method === occasion.method
}

/** Rules that exclude each other share one draw; those of different groups may strike together. */
const GROUPS: Partial<Record<Rule['kind'], string>> = {
  latency: 'latency',
  drop: 'fate',
  double: 'fate',
  double_other_id: 'fate',
  delay: 'time',
  reorder: 'time',
  forge: 'forge',
  skew: 'skew',
  late_visibility: 'list',
}

/** The group of a kind: at most one rule of a group strikes at one occasion. */
export const groupOf = (kind: Rule['kind']): string => GROUPS[kind] ?? 'call'

/**
 * The rule of one group that strikes, or null: the first one used up by `times` aside, each rule has its own slice of
 * [0, 1) as wide as its probability, so that its share of all occasions is exactly that.
 */
export const pick = (
  rules: readonly { rule: Rule; place: number; hits: number }[],
  drawn: number,
): number | null => {
  let from = 0
  for (const { rule, place, hits } of rules) {
    const times = 'times' in rule ? rule.times : undefined
    const width = times !== undefined && hits >= times ? 0 : (rule.probability ?? 1)
    if (drawn >= from && drawn < from + width) return place
    from += width
  }
  return null
}
