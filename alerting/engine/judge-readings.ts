import { kpisOf } from '#core/kpi/settings.ts'
import type { Deps } from '#core/service.ts'
import { identityOf, type Labels } from '../domain/labels.ts'
import type { AlertRule, Judgement, Reading } from '../domain/rule.ts'
import type { Answer } from './ask-measures.ts'

/** What a rule makes of one set of labels; `failed` when judging it threw, which is a bug of the rule's. */
export interface Judged {
  readonly labelsKey: string
  readonly labels: Labels
  readonly judgement: Judgement | 'failed'
}

/** What one rule saw in one evaluation: everything that was found, or that nothing could be asked. */
export type Sight =
  | { readonly kind: 'blind'; readonly why: string }
  | { readonly kind: 'seen'; readonly judged: readonly Judged[] }

const judgeOne = (deps: Deps, rule: AlertRule, reading: Reading): Judged => {
  const { labels } = reading
  const head = { labelsKey: identityOf(labels), labels }
  try {
    const settings = { kpis: kpisOf(deps.shop, labels['store']), pageTail: deps.notify.pageTail }
    return { ...head, judgement: rule.judge(reading, settings) }
  } catch (error) {
    deps.log.error({ err: error, rule: rule.name }, 'a rule could not judge what was measured')
    return { ...head, judgement: 'failed' }
  }
}

/** Judges every reading of a rule's measure. Of two with the same labels the first counts: a measure answers a set once. */
export const judgeReadings = (deps: Deps, rule: AlertRule, answer: Answer | undefined): Sight => {
  if (answer === undefined || answer.kind === 'failed') {
    const why = answer?.why ?? 'was not asked'
    return { kind: 'blind', why }
  }
  const judged = new Map<string, Judged>()
  for (const reading of answer.readings) {
    const one = judgeOne(deps, rule, reading)
    if (!judged.has(one.labelsKey)) judged.set(one.labelsKey, one)
  }
  return { kind: 'seen', judged: [...judged.values()] }
}
