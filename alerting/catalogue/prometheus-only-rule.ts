import type { Audience, PrometheusRule, RunbookStep } from '../domain/rule.ts'
import type { Severity } from '../messages/notice.ts'

/** A row that the engine cannot judge, because it is about the engine: only the second path evaluates it (reliability.md P17). */
export interface PrometheusOnlyRule {
  readonly name: string
  /** `none`: it always fires, and its absence is the alarm. */
  readonly severity: Severity | 'none'
  readonly slo: string
  readonly component: string
  readonly tell: readonly Audience[]
  readonly pages: boolean
  readonly headline: string
  readonly runbook: RunbookStep
  readonly prometheus: PrometheusRule
}
