import type { Audience } from '#core/contracts/audiences.ts'
import type { Kpis } from '#core/kpi/settings.ts'
import type { Deps } from '#core/service.ts'
import type { Fact, Severity } from '../messages/notice.ts'
import type { Labels } from './labels.ts'

/** One row that a measure found: what it is about, and whatever numbers its rules judge. */
export interface Reading {
  /** Bounded names (store, method, dependency, currency); empty for the whole installation. Never ids or values. */
  readonly labels: Labels
}

/** Where a measure's facts stand; `probe` asks the thing itself. */
export type Source = 'clickhouse' | 'postgres' | 'stripe' | 'probe'

/** A question that one or more rules need answered; asked once per evaluation, however many rules share it. */
export interface Measure<R extends Reading> {
  readonly name: string
  readonly from: Source
  /** Facts at `at` (business clock). Throws when they cannot be had: that is `failed`, never zero. */
  read(deps: Deps, at: Date): Promise<readonly R[]>
}

/**
 * What a rule makes of a reading. `too_few`: asked and answered, but of too small a sample to say anything: an alert that
 * is raised stays so and none is raised; it is not missing either.
 */
export interface Judgement {
  readonly finding: 'breached' | 'quiet' | 'too_few' | 'no_data'
  /** As stored with the evaluation; null when there is none. */
  readonly value: number | null
  readonly line: number | null
  readonly numerator: number | null
  readonly denominator: number | null
  /** One line with value, line, window and counts: "Success rate 91.2 % is below 95 % (1 h, 21 of 240 failed)". */
  readonly headline: string
  /** Value, line, window, numerator and denominator, each in words. */
  readonly facts: readonly Fact[]
}

/** What a rule may be set to. */
export interface RuleSettings {
  /** Of the whole shop, or of the reading's store when it has one. */
  readonly kpis: Kpis
  /** See core/notify.ts. */
  readonly pageTail: number
}

/** Who hears of an alert; shop.yaml names them, so core does. */
export { AUDIENCES, type Audience } from '#core/contracts/audiences.ts'

/** What is looked for to explain an alert: top decline code, failure class, reader and till; sample payments; lost sales. */
export type Explain =
  'attempts' | 'slow_attempts' | 'webhooks' | 'payments' | 'stripe' | 'reconciliation' | null

/** Where the runbook says what to do, and its steps in the order in which a person does them. */
export interface RunbookStep {
  /** "Runbook section 4, Key Performance Indicators". */
  readonly title: string
  /** Anchor in docs/alerts.md: the alert's own name in lower case. */
  readonly anchor: string
  readonly steps: readonly string[]
}

/** A row of the alert catalogue. */
export interface AlertRule<R extends Reading = Reading> {
  readonly name: string
  readonly severity: Severity
  /** What the alert is about; while a critical one of it is raised, its warnings are not told. */
  readonly slo: string
  readonly component: string
  readonly tell: readonly Audience[]
  /** True: the pager rings at once (critical). False: mail and UI. */
  readonly pages: boolean
  readonly measure: Measure<R>
  /** Settings are those of the whole shop, or of the reading's store. */
  judge(reading: R, settings: RuleSettings): Judgement
  readonly windowMs: number
  readonly minSample: number
  readonly forMs: number
  readonly keepMs: number
  /** What it means that a label set seen before is not among the readings: nothing is wrong with it, or nothing is known. */
  readonly whenGone: 'quiet' | 'no_data'
  /** Labels of which each value is an incident of its own; the others share one. */
  readonly groupBy: readonly string[]
  readonly explain: Explain
  readonly canBeSilenced: boolean
  readonly runbook: RunbookStep
  /** The line of the runbook that this row enforces, if one does; "added" for ours. */
  readonly origin: 'runbook' | 'added'
  /** The same rule for the second, independent path; null where Prometheus cannot know. */
  readonly prometheus: PrometheusRule | null
}

/** A rule as Prometheus evaluates it; `expr` is PromQL of the 2.42 subset. */
export interface PrometheusRule {
  readonly expr: string
  /** Prometheus duration: "1m". */
  readonly for: string
}

/** A row whose facts do not exist yet; docs/alerts.md lists it with what it waits for. */
export interface AwaitedRule {
  readonly name: string
  readonly severity: Severity
  readonly condition: string
  /** What brings its facts. */
  readonly waitsFor: string
}
