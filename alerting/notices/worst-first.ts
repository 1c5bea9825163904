import type { NoticedAlert } from './notice-input.ts'

const RANKS = { breached: 0, no_data: 1, too_few: 2, quiet: 3 } as const

/** How far beyond its line a value is, as a share of the line, whichever side is the bad one. */
const excessOf = ({ judgement: { value, line } }: NoticedAlert): number =>
  value === null || line === null ? 0 : Math.abs(value - line) / Math.max(Math.abs(line), Number.EPSILON)

/** Alerts of an incident, the worst first: what is breached before what is not, then by how far, then by how much it is about. */
export const worstFirst = (alerts: readonly NoticedAlert[]): readonly NoticedAlert[] =>
  [...alerts].sort(
    (one, other) =>
      RANKS[one.judgement.finding] - RANKS[other.judgement.finding] ||
      excessOf(other) - excessOf(one) ||
      (other.judgement.denominator ?? 0) - (one.judgement.denominator ?? 0) ||
      (one.judgement.headline < other.judgement.headline ? -1 : 1),
  )
