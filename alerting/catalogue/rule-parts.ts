import type { AlertRule, Judgement, Reading } from '../domain/rule.ts'
import type { Fact } from '../messages/notice.ts'

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** Quiet for this long before people are told that it is over: what flaps is one incident. */
const KEEP_MS = 5 * MINUTE_MS

/** What most rows have in common, and a row may say otherwise. */
const USUAL = {
  minSample: 1,
  forMs: 0,
  keepMs: KEEP_MS,
  whenGone: 'quiet',
  groupBy: [],
  explain: null,
  canBeSilenced: true,
  origin: 'added',
  prometheus: null,
} as const

type Usual = keyof typeof USUAL

/** A row of the catalogue as one writes it: where the runbook says what to do, and what is not as usual. */
type RuleParts<R extends Reading> = Omit<AlertRule<R>, Usual | 'runbook'> &
  Partial<Pick<AlertRule<R>, Usual>> & {
    readonly runbook: { readonly title: string; readonly steps: readonly string[] }
  }

/** A whole row: quiet for five minutes before it is over, a sample of one, nothing before it fires, unless it says otherwise. */
export const rule = <R extends Reading>(parts: RuleParts<R>): AlertRule<R> => ({
  ...USUAL,
  ...parts,
  runbook: { ...parts.runbook, anchor: parts.name.toLowerCase() },
})

/** What was measured, as numbers; the share's parts where it is a share. */
interface Figures {
  readonly value: number | null
  readonly line?: number | null
  readonly numerator?: number
  readonly denominator?: number
}

/** The same in words. `counted` is left out where the value says it already. */
interface Words {
  readonly headline: string
  readonly value: string
  readonly line?: string
  readonly window?: string
  readonly counted?: string
  readonly more?: readonly Fact[]
}

const factsOf = (words: Words): Fact[] =>
  [
    { name: 'Value', value: words.value },
    { name: 'Line', value: words.line },
    { name: 'Window', value: words.window },
    { name: 'Counted', value: words.counted },
  ].flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]))

/** A judgement with its facts in their usual order: value, line, window, what was counted, then what else helps. */
export const judged = (
  finding: boolean | 'too_few' | 'no_data',
  { value, line = null, numerator, denominator }: Figures,
  words: Words,
): Judgement => ({
  finding: typeof finding === 'string' ? finding : finding ? 'breached' : 'quiet',
  value,
  line,
  numerator: numerator ?? null,
  denominator: denominator ?? null,
  headline: words.headline,
  facts: [...factsOf(words), ...(words.more ?? [])],
})

/** "1 event", "11 events". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** A duration as people say it, in its two largest units: "45 s", "12 min", "3 h 5 min", "2 d 4 h". Never negative. */
export const spanOf = (ms: number): string => {
  const s = Math.max(0, Math.floor(ms / SECOND_MS))
  if (s < 60) return `${s} s`
  const min = Math.floor(s / 60)
  if (min < 60) return s % 60 === 0 || min >= 10 ? `${min} min` : `${min} min ${s % 60} s`
  const h = Math.floor(min / 60)
  if (h < 24) return min % 60 === 0 ? `${h} h` : `${h} h ${min % 60} min`
  return h % 24 === 0 ? `${Math.floor(h / 24)} d` : `${Math.floor(h / 24)} d ${h % 24} h`
}

/** A share in per cent with one decimal, cut towards the side where it does not look better than it is; null without a base. */
export const shareOf = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : numerator / denominator

/** "5.2 %"; "no figure" where there is none. */
export const percentOf = (share: number | null, digits = 1): string =>
  share === null ? 'no figure' : `${(share * 100).toFixed(digits)} %`
