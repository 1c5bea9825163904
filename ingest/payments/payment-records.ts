import type { RouteAnswer } from '#core/http/route-spec.ts'
import { invariant } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { createGroupCommit, type GroupCommit } from '#core/postgres/group-commit.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { recordPayments, type PaymentReport } from '../record/record-payments.ts'
import { finishKeys, type AnsweredKey } from './finish-keys.ts'
import type { KeptAnswer } from './payment-answer.ts'
import type { PaymentWithSale } from './payment-wire.ts'

const selectPayments = loadSql(import.meta.url, '../sql/payment_select_many.sql')

/** What Stripe did for a money call, with how it is answered. */
export interface Settlement {
  readonly key: string
  readonly paymentId: string
  readonly report: PaymentReport
  /** The answer in the payment's present state; undefined while the outcome is unknown. */
  answer(payment: PaymentWithSale): KeptAnswer | undefined
}

/** Writes settlements in groups: each payment's facts and the answer of its key in one commit. */
export type PaymentRecords = GroupCommit<Settlement, RouteAnswer | undefined>

/** Settlements of different keys and payments. */
const settleTogether = async (
  deps: Deps,
  db: Db,
  settlements: readonly Settlement[],
): Promise<(RouteAnswer | undefined)[]> => {
  await recordPayments(
    deps,
    db,
    settlements.map(({ report }) => report),
  )
  const ids = settlements.map(({ paymentId }) => paymentId)
  const rows = await db.rows<PaymentWithSale>(selectPayments, [ids])
  const byId = new Map(rows.map((row) => [row.id, row]))
  const answered: AnsweredKey[] = []
  for (const { key, paymentId, answer } of settlements) {
    const payment = byId.get(paymentId)
    invariant(payment, `there is no payment ${paymentId}`)
    const kept = answer(payment)
    if (kept) answered.push({ key, answer: kept })
  }
  const kept = await finishKeys(db, answered, deps.env.clock.now())
  const byKey = new Map(answered.map(({ key }, index) => [key, kept[index]]))
  return settlements.map(({ key }) => byKey.get(key))
}

/** Splits into rounds in which no payment and no key comes twice. */
const roundsOf = (settlements: readonly Settlement[]): Settlement[][] => {
  const rounds: Settlement[][] = []
  for (const one of settlements) {
    const isSame = (other: Settlement) => other.key === one.key || other.paymentId === one.paymentId
    const round = rounds.find((members) => !members.some(isSame))
    if (round) round.push(one)
    else rounds.push([one])
  }
  return rounds
}

/**
 * Records what Stripe did for money calls, many in one commit (performance.md B). Resolves only after COMMIT. One that fails
 * does not fail the others of its group.
 */
export const createPaymentRecords = (deps: Deps): PaymentRecords =>
  createGroupCommit(async (settlements: readonly Settlement[]) =>
    deps.db.withTransaction(async (db) => {
      const answers = new Map<Settlement, RouteAnswer | undefined>()
      for (const round of roundsOf(settlements)) {
        const settled = await settleTogether(deps, db, round)
        round.forEach((one, index) => answers.set(one, settled[index]))
      }
      return settlements.map((one) => answers.get(one))
    }),
  )
