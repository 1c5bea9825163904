import { TillwatchError } from '#core/errors.ts'
import type { Posting } from '#core/ledger/post-entry.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { bookTo, matchSides, whyNoMatch, writeOff, type OpenAmount } from '../domain/adjustment.ts'
import { mayBookAlone } from '../domain/desk-tiers.ts'
import { reasonOf } from '../domain/reasons.ts'
import { lockedOf, type Desk, type DeskException, type Resolution } from './desk-exception.ts'
import { readOpenAmounts } from './open-amounts.ts'

const selectAccount = loadSql(import.meta.url, '../sql/account_select_bookable.sql')
const selectFigures = loadSql(import.meta.url, '../sql/balance_transaction_select_figures.sql')

/** How a person wants an exception resolved. */
export interface Wish {
  readonly resolution: Resolution
  readonly reason: string
  readonly note: string | null
  /** For `adjusted`: where to book what stands open. */
  readonly account: string | null
  /** For `forced_match`: the other exception. */
  readonly counterpartId: string | null
  /** For `forced_match`: what the two differ by may be written off. */
  readonly writeOffRest: boolean
}

/** What a wish comes to: the entry it posts, to the cent, and whether one person may decide it. */
export interface ResolutionPlan {
  readonly postings: readonly Posting[]
  readonly needsSecondPerson: boolean
}

const refuse = (message: string): never => {
  throw new TillwatchError('invalid_state', message)
}

const invalid = (path: string, message: string): never => {
  throw new TillwatchError('validation_failed', undefined, { details: { issues: [{ path, message }] } })
}

/** Refuses a reason that is none of the category's, or one that needs a note without one. */
export const checkReason = (exception: DeskException, { reason, note }: Wish): void => {
  const known = reasonOf(exception.category, reason)
  if (!known) invalid('reason', `is no reason for ${exception.category}`)
  if (known?.noteRequired && note === null) invalid('note', `is required with the reason ${reason}`)
}

/** Late, and not in doubt: what stands in clearing stays there, and on the list of outstanding items. */
const LATE = new Set(['clearing_overdue', 'payout_overdue'])

const planAccept = (exception: DeskException, open: readonly OpenAmount[]): ResolutionPlan => {
  if (open.length > 0 && !LATE.has(exception.category))
    refuse('Money stands in suspense or clearing for it: write it off, book it, or match it.')
  return { postings: [], needsSecondPerson: false }
}

const requireOpen = (open: readonly OpenAmount[]): void => {
  if (open.length === 0) refuse('Nothing stands in suspense or clearing for it: accept it with a reason.')
}

const planAdjust = async (desk: Desk, wish: Wish, open: readonly OpenAmount[]): Promise<ResolutionPlan> => {
  requireOpen(open)
  const { account } = wish
  if (account === null || !(await desk.db.first(selectAccount, [account])))
    return invalid('account', 'is no account that an exception can be booked to')
  return {
    postings: bookTo(open, account),
    needsSecondPerson: !mayBookAlone(desk.shop, open, account),
  }
}

interface RowFigures {
  readonly id: string
  readonly net: bigint
  readonly fee: bigint
}

const NO_MATCH_TEXT = {
  not_a_row_and_a_movement:
    'One of the two must be a row of Stripe in suspense, the other a movement of ours.',
  currencies_differ: 'Their currencies differ.',
  directions_differ: 'One brings money and the other takes it.',
} as const

const planMatch = async (desk: Desk, wish: Wish, pair: readonly DeskException[]): Promise<ResolutionPlan> => {
  const row = pair.find(({ object }) => object.startsWith('txn_'))
  const movement = pair.find((one) => one !== row)
  if (!row || !movement) return refuse(NO_MATCH_TEXT.not_a_row_and_a_movement)
  const figures = await desk.db.first<RowFigures>(selectFigures, [row.object])
  if (!figures) return refuse('Stripe has this row no more.')
  const sides = {
    row: { ...figures, open: await readOpenAmounts(desk.db, row) },
    movement: { open: await readOpenAmounts(desk.db, movement) },
  }
  const why = whyNoMatch(sides)
  if (why) refuse(NO_MATCH_TEXT[why])
  const { postings, rest } = matchSides(sides)
  if (rest !== 0n && !wish.writeOffRest)
    refuse(
      `They differ by ${rest} minor units of ${row.currency}; say write_off_difference to write them off.`,
    )
  return { postings, needsSecondPerson: true }
}

/**
 * What resolving a locked exception as wished comes to now. Throws `invalid_state` when its facts do not allow it and
 * `validation_failed` for a reason, note or account that does not fit.
 */
export const planResolution = async (
  desk: Desk,
  exception: DeskException,
  wish: Wish,
  locked: ReadonlyMap<string, DeskException>,
): Promise<ResolutionPlan> => {
  if (exception.status !== 'open') refuse('It is resolved already.')
  checkReason(exception, wish)
  const open = await readOpenAmounts(desk.db, exception)
  if (wish.resolution === 'accepted') return planAccept(exception, open)
  if (wish.resolution === 'adjusted') return planAdjust(desk, wish, open)
  if (wish.resolution === 'write_off') {
    requireOpen(open)
    return { postings: writeOff(open), needsSecondPerson: true }
  }
  const counterpart = lockedOf(locked, wish.counterpartId ?? '')
  if (counterpart.status !== 'open') refuse('The other exception is not open.')
  return planMatch(desk, wish, [exception, counterpart])
}
