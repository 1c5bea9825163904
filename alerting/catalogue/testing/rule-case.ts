import type { Labels } from '../../domain/labels.ts'
import type { Judgement, Reading } from '../../domain/rule.ts'

/** Readings written by hand around the line of one row of the catalogue; the table test plays every row with its own. */
export interface RuleCase {
  /** Name of the row. */
  readonly rule: string
  /** Only just beyond the line. */
  readonly over: Reading
  /** On the line, or only just on the good side of it. */
  readonly under: Reading
  /** As bad as can be, of a sample that is one too small to say so; null where one is enough. */
  readonly tooFew: Reading | null
  /** What the measure answers when there is nothing to see, where it answers at all. */
  readonly noData?: Reading
  /** Other edges of the row: in words, what was measured, what comes of it. */
  readonly also?: readonly (readonly [string, Reading, Judgement['finding']])[]
  /** Rows that mute this one while they are raised, with their labels where these matter. */
  readonly mutedBy?: readonly (readonly [string, Labels?])[]
}
