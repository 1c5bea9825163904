import { wallOf } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { revokeToken } from '#core/access/tokens.ts'
import type { Deps } from '#core/service.ts'
import { personById } from './person.ts'
import { removePerson } from './people.ts'

const insertReview = loadSql(import.meta.url, 'sql/review_insert.sql')
const insertItems = loadSql(import.meta.url, 'sql/review_items_insert.sql')
const findReview = loadSql(import.meta.url, 'sql/review_find.sql')
const decideItem = loadSql(import.meta.url, 'sql/review_item_decide.sql')
const signReview = loadSql(import.meta.url, 'sql/review_sign.sql')
const readDeciders = loadSql(import.meta.url, 'sql/review_deciders.sql')

type ReviewDeps = Pick<Deps, 'env' | 'db' | 'shop'>

/** A review is to be signed off within a month of its quarter's beginning. */
const DUE_MS = 30 * 86_400_000

/** `2026-Q4`. */
export const quarterOf = (at: Date): string =>
  `${at.getUTCFullYear()}-Q${Math.floor(at.getUTCMonth() / 3) + 1}`

/** Opens the review of the quarter that `at` is in, once: everybody with access, every token (runbook section 7). */
export const ensureReview = async ({ env, db }: ReviewDeps, at: Date): Promise<boolean> =>
  db.withTransaction(async (unit) => {
    const id = newId(env, 'review')
    const due = new Date(at.getTime() + DUE_MS)
    if ((await unit.run(insertReview, [id, quarterOf(at), at, due])) === 0) return false
    await unit.run(insertItems, [id, env.clock.now()])
    return true
  })

interface Decision {
  readonly decision: 'keep' | 'remove'
  readonly note: string | null
}

const requireOpen = (review: { signed_off_at: Date | null } | undefined): void => {
  if (!review) throw new TillwatchError('not_found')
  if (review.signed_off_at !== null) throw new TillwatchError('invalid_state', 'This review is signed off.')
}

/** Takes access away at once, whoever or whatever it is. */
const removeSubject = async (deps: ReviewDeps, subject: string, by: string): Promise<void> => {
  const person = await personById(deps.db, subject)
  if (!person) {
    await revokeToken(deps.env, deps.db, subject)
    return
  }
  if (person.status === 'removed') return
  await removePerson(deps, person.id, person.version, by, 'access review')
}

/** Decides whether somebody or something keeps its access; `remove` acts at once. Nobody decides about themselves. */
export const decideInReview = async (
  deps: ReviewDeps,
  reviewId: string,
  subject: string,
  { decision, note }: Decision,
  by: string,
): Promise<void> => {
  requireOpen(await deps.db.first(findReview, [reviewId]))
  if (subject === by) throw new TillwatchError('second_person_required', 'Nobody reviews their own access.')
  if (decision === 'remove') await removeSubject(deps, subject, by)
  const now = wallOf(deps.env).now()
  if ((await deps.db.run(decideItem, [reviewId, subject, decision, note, by, now])) === 0)
    throw new TillwatchError('not_found')
}

/** Signs a review off once everybody but the signer is decided. Throws `invalid_state` while somebody is not. */
export const signOffReview = async (deps: ReviewDeps, reviewId: string, by: string): Promise<void> =>
  deps.db.withTransaction(async (db) => {
    requireOpen(await db.first(findReview, [reviewId]))
    const counts = await db.first<{ undecided: number }>(readDeciders, [reviewId, by])
    if ((counts?.undecided ?? 0) > 0)
      throw new TillwatchError('invalid_state', `${counts?.undecided} are not decided yet.`)
    await db.run(signReview, [reviewId, wallOf(deps.env).now(), by])
  })
