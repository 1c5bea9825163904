import type { Principal } from '#core/access/roles.ts'
import { businessDateOf, startOfBusinessDate } from '#core/business-date.ts'
import { newId } from '#core/ids.ts'
import { toWireAmount } from '#core/money.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { needsSecond, type RefundTier, type WhySecond } from '../domain/refund-tiers.ts'
import type { KeptAnswer } from '../payments/payment-answer.ts'

const insertApproval = loadSql(import.meta.url, 'sql/refund_approval_insert.sql')
const lockActor = loadSql(import.meta.url, 'sql/actor_lock.sql')
const readToday = loadSql(import.meta.url, 'sql/refunded_by_actor.sql')

/** A request that nobody answered is over after a day: the customer has left, and the payment is another by then. */
const LIVES_MS = 24 * 3_600_000

/** The shop's tiers, the older key for cashiers among them. */
export const tiersOf = ({ shop }: Pick<Deps, 'shop'>): readonly RefundTier[] => [
  ...shop.refund_tiers,
  ...shop.cashier_refund_limit.map(({ currency, amount }) => ({
    role: 'cashier',
    currency,
    alone_up_to: amount,
  })),
]

/** A refund that somebody wants, against the payment as it stands. */
export interface Asked {
  readonly paymentId: string
  readonly currency: string
  readonly before: bigint
  readonly amount: bigint
  readonly wanted: bigint | null
  readonly reason: string
  readonly inCash: boolean
  readonly cashierRef: string | null
}

/** What the person has given back in this business day; nobody else of theirs gives any until the database transaction ends. */
const givenToday = async (deps: Deps, db: Db, actorId: string, currency: string): Promise<bigint> => {
  const { zone } = deps.shop.account
  const begin = startOfBusinessDate(businessDateOf(deps.env.clock.now(), zone), zone)
  await db.first(lockActor, [actorId])
  const given = await db.first<{ amount: bigint }>(readToday, [actorId, begin, currency])
  return BigInt(given?.amount ?? 0)
}

/** Why the caller may not give this back alone, or undefined (reliability.md row 81, the limit split into small refunds). */
export const whySecond = async (
  deps: Deps,
  db: Db,
  { actorId, role }: Principal,
  { currency, before, amount }: Pick<Asked, 'currency' | 'before' | 'amount'>,
): Promise<WhySecond | undefined> => {
  const tiers = tiersOf(deps)
  const isCountedByDay = tiers.some(
    (tier) => tier.role === role && tier.currency === currency && tier.per_day !== undefined,
  )
  const today = isCountedByDay ? await givenToday(deps, db, actorId, currency) : 0n
  return needsSecond(tiers, { role, currency, before, today, amount })
}

/**
 * Asks for a second person in the caller's database transaction. The answer is final for its key: a repeat is told of the same
 * request, and asks nobody anew.
 */
export const askSecond = async (
  { env }: Pick<Deps, 'env'>,
  db: Db,
  { actorId, name }: Principal,
  asked: Asked,
  why: WhySecond,
): Promise<KeptAnswer> => {
  const id = newId(env, 'approval')
  const now = env.clock.now()
  const expires = new Date(now.getTime() + LIVES_MS)
  await db.run(insertApproval, [
    id,
    asked.paymentId,
    asked.wanted?.toString() ?? null,
    asked.amount.toString(),
    asked.currency,
    asked.reason,
    asked.inCash,
    asked.cashierRef,
    why,
    actorId,
    name,
    now,
    expires,
  ])
  const approval = {
    id,
    kind: 'refund',
    status: 'pending',
    payment_id: asked.paymentId,
    amount: toWireAmount(asked.amount),
    currency: asked.currency,
    reason: asked.reason,
    why,
    requested_by: actorId,
    requested_name: name,
    requested_at: now.toISOString(),
    expires_at: expires.toISOString(),
  }
  return { status: 202, body: { approval } }
}
