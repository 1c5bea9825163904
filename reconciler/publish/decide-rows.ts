import type { Posting } from '#core/ledger/post-entry.ts'
import type { Shop } from '#core/shop.ts'
import type { Finding } from '../domain/classify.ts'
import type { BalanceRow, Claim, Movement, SourceFacts } from '../domain/facts.ts'
import type { RateUnits } from '../domain/exchange.ts'
import { expectedFee } from '../domain/fees.ts'
import type { Answer } from '../domain/pair.ts'
import {
  amountDifference,
  cameToNothing,
  classifyRow,
  explainingAccount,
  type RowFact,
} from '../domain/row-rules.ts'
import { planOf, settlementPostings } from '../domain/settle.ts'
import type { OwnStatus } from './read-own-facts.ts'

/** What a run decides about one balance transaction. */
export interface Decision {
  readonly row: BalanceRow
  readonly movement: Movement | undefined
  /** The movement is paired with this row; its other rows only belong to it. */
  readonly holdsMovement: boolean
  readonly state: 'matched' | 'explained' | 'exception' | 'adjusted'
  readonly finding: Finding | undefined
  readonly feeUnchecked: boolean
  readonly postings: readonly Posting[]
  readonly plan: string
}

/** Everything beside the rows that a decision needs. */
export interface DecideWith {
  readonly rateCard: Shop['rate_card']
  readonly sources: ReadonlyMap<string, SourceFacts>
  readonly statuses: ReadonlyMap<string, OwnStatus>
  readonly claims: ReadonlyMap<string, Claim>
  /** Stripe's objects that the ledger has a movement of. */
  readonly moved: ReadonlySet<string>
  /** What the items of each itemised payout sum to. */
  readonly payoutItems: ReadonlyMap<string, bigint>
  readonly rateUnits: RateUnits | undefined
  /** True for what a person decided with the same figures. */
  readonly covers: (finding: Finding) => boolean
}

const COUNTERS: Readonly<Record<string, string>> = { charge: 'charge_failure', charge_failure: 'charge' }

/** A charge and the row that takes it back, each by the other's source and category. */
const countersOf = (answers: Iterable<Answer>): ((row: BalanceRow) => Answer | undefined) => {
  const bySource = new Map<string, Answer>()
  const nameOf = (source: string | null, category: string) => JSON.stringify([source, category])
  for (const answer of answers) {
    const { main } = answer
    const name = main && nameOf(main.source, main.category)
    if (main?.source != null && COUNTERS[main.category] && name && !bySource.has(name))
      bySource.set(name, answer)
  }
  return ({ source, category }) => {
    const counter = COUNTERS[category]
    return source === null || counter === undefined ? undefined : bySource.get(nameOf(source, counter))
  }
}

const stateOf = (
  { answer }: RowFact,
  finding: Finding | undefined,
  covers: DecideWith['covers'],
): Decision['state'] => {
  if (finding) return covers(finding) ? 'adjusted' : 'exception'
  return answer.movement ? 'matched' : 'explained'
}

const decide = (fact: RowFact, { covers }: DecideWith): Decision => {
  const { row, answer } = fact
  const { movement } = answer
  const finding = classifyRow(fact)
  // Money of another currency than ours clears nothing: the movement waits for its own (architecture §3.2, 8).
  const clears = finding?.category !== 'currency_mismatch'
  const account = explainingAccount(fact)
  const passed = cameToNothing(fact) ? { account: 'clearing:card', object: row.source ?? row.id } : undefined
  const postings = settlementPostings({
    row,
    movement: clears ? movement : undefined,
    isMain: answer.main?.id === row.id,
    difference: amountDifference(fact),
    explainedBy: passed ?? (account === undefined ? undefined : { account }),
  })
  return {
    row,
    movement,
    holdsMovement: movement !== undefined && answer.main?.id === row.id,
    finding,
    state: stateOf(fact, finding, covers),
    feeUnchecked:
      movement !== undefined &&
      fact.expectedFee === undefined &&
      (row.category === 'charge' || row.fee !== 0n),
    postings,
    plan: planOf(postings),
  }
}

/** Decides about every row, by the decision table and what people have decided before. Pure. */
export const decideRows = (
  rows: readonly BalanceRow[],
  answers: ReadonlyMap<string, Answer>,
  given: DecideWith,
): Decision[] => {
  const counterOf = countersOf(answers.values())
  return rows.flatMap((row) => {
    const answer = answers.get(row.id)
    if (answer === undefined) return []
    const source = row.source ?? ''
    const fact: RowFact = {
      row,
      answer,
      counter: counterOf(row),
      source: given.sources.get(source),
      claim: given.claims.get(source),
      isKnown: given.moved.has(source) || given.statuses.has(source),
      statusOfOurs: given.statuses.get(source)?.status,
      expectedFee: expectedFee(row, answer.movement, given.rateCard),
      payoutItemsNet: given.payoutItems.get(source),
      rateUnits: given.rateUnits,
    }
    return [decide(fact, given)]
  })
}
