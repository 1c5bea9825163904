import { TillwatchError } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readerAdvice, readerErrorOf } from './domain/reader-advice.ts'
import type { ActionStatus } from './domain/reader-step.ts'

const insertAction = loadSql(import.meta.url, 'sql/reader_action_insert.sql')
const setLook = loadSql(import.meta.url, 'sql/reader_action_look_later.sql')
const readLast = loadSql(import.meta.url, 'sql/reader_action_read_last.sql')

/** A row of `reader_actions`: one time that a payment was handed to a reader. */
export interface ActionRow {
  readonly id: string
  readonly reader_id: string
  readonly stripe_reader: string
  readonly payment_id: string
  readonly key: string
  readonly is_first: boolean
  readonly status: ActionStatus
  readonly hands: number
  readonly failure_code: string | null
  readonly failure_message: string | null
  readonly started_at: Date
  readonly due_at: Date
  readonly look_at: Date | null
  readonly ended_at: Date | null
}

/** An action that has not ended. */
export type OpenAction = ActionRow & { readonly status: 'creating' | 'handing' | 'in_progress' }

export const isOpen = (action: ActionRow | undefined): action is OpenAction => action?.ended_at === null

/** Stripe is asked this often how a reader gets on; deliveries ask for a look at once. */
export const LOOK_EVERY_MS = 5_000

/** A reader of ours that Stripe knows. */
export interface KnownReader {
  readonly id: string
  readonly stripeReader: string
}

/** The refusal of a reader, with what the till does about it. */
export const readerRefusal = (
  code: 'reader_offline' | 'reader_busy',
  readerId: string | undefined,
): TillwatchError => {
  const advice = readerAdvice(code === 'reader_busy' ? 'terminal_reader_busy' : 'terminal_reader_offline')
  return new TillwatchError(code, undefined, {
    details: { ...(readerId === undefined ? {} : { reader_id: readerId }), advice },
  })
}

/** Why Stripe was not asked for money, for the till: the reader's refusal, or `provider_unavailable`. */
export const notSentError = (code: string): TillwatchError => {
  const reader = readerErrorOf(code)
  return reader ? readerRefusal(reader, undefined) : new TillwatchError('provider_unavailable')
}

/**
 * Takes a reader for a payment in the caller's database transaction, before Stripe hears of it: of two payments one gets it.
 * Throws `reader_busy`.
 */
export const beginAction = async (
  deps: Pick<Deps, 'env' | 'shop'>,
  db: Db,
  begin: {
    readonly reader: KnownReader
    readonly paymentId: string
    readonly key: string
    readonly isFirst: boolean
  },
): Promise<void> => {
  const now = deps.env.clock.now()
  const { reader, paymentId, key, isFirst } = begin
  const row = await db.first<ActionRow>(insertAction, [
    newId(deps.env, 'readerAction'),
    reader.id,
    reader.stripeReader,
    paymentId,
    key,
    isFirst,
    isFirst ? 'creating' : 'handing',
    now,
    new Date(now.getTime() + deps.shop.reader_wait_s * 1000),
    new Date(now.getTime() + LOOK_EVERY_MS),
  ])
  if (!row) throw readerRefusal('reader_busy', reader.id)
}

/** The last action of a payment; undefined when it never was at a reader. */
export const lastAction = async (db: Db, paymentId: string): Promise<ActionRow | undefined> =>
  db.first<ActionRow>(readLast, [paymentId])

/** Has an open action looked at again at `at`; `due` is when its reader has had its time, null leaves that as it is. */
export const lookLater = async (
  { db }: Pick<Deps, 'db'>,
  action: Pick<ActionRow, 'id'>,
  at: Date,
  due: Date | null = null,
): Promise<void> => {
  await db.run(setLook, [action.id, at, due])
}
