import type { Deps } from '#core/service.ts'
import type { AlertRule } from '../domain/rule.ts'
import type { Labels } from '../domain/labels.ts'
import type { Fact, NoticeLink, SamplePayment } from '../messages/notice.ts'

/** What is looked at to explain an alert. */
export interface Question {
  readonly rule: AlertRule
  readonly labels: Labels
  /** The window that the rule judged: (from, to]. */
  readonly from: Date
  readonly to: Date
  readonly zone: string
}

/** What an alert comes from, as far as facts tell. */
export interface Explanation {
  readonly cause: string | null
  /** Facts beside those of the measurement: what it costs. */
  readonly facts: readonly Fact[]
  readonly breakdown: readonly Fact[]
  readonly samples: readonly SamplePayment[]
  readonly links: readonly NoticeLink[]
}

export const NOTHING: Explanation = { cause: null, facts: [], breakdown: [], samples: [], links: [] }

export type Explainer = (deps: Deps, question: Question) => Promise<Explanation>

export const SAMPLES = 5

/** A payment as a message names it: `parts` in their order, empty ones left out. */
export const sampleOf = (
  deps: Pick<Deps, 'notify'>,
  id: string,
  parts: readonly string[],
): SamplePayment => ({
  id,
  text: parts.filter((part) => part !== '').join(' · '),
  url: `${deps.notify.publicUrl}/payments/${encodeURIComponent(id)}`,
})

/** A fact, or nothing where there is nothing to say. */
export const factIf = (name: string, value: string): readonly Fact[] =>
  value === '' ? [] : [{ name, value }]
