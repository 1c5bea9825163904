import { loadSql } from '#core/postgres/sql.ts'
import type { World } from './world.ts'

const selectMovement = loadSql(import.meta.url, 'sql/planted_movement_select.sql')
const insertEntry = loadSql(import.meta.url, 'sql/planted_entry_insert.sql')
const deleteEntry = loadSql(import.meta.url, 'sql/planted_entry_delete.sql')
const shiftAmount = loadSql(import.meta.url, 'sql/planted_amount_shift.sql')
const setCurrency = loadSql(import.meta.url, 'sql/planted_currency_set.sql')

/** What a hand in the ledger needs: the database as its owner. */
type Hand = Pick<World, 'owner'>

/** Puts the ledger back as it was. */
export type Undo = () => Promise<void>

interface MovementRow {
  readonly entry_id: string
  readonly kind: string
  readonly account: string
  readonly currency: string
  readonly amount: string
  readonly occurred_at: Date
  readonly business_date: string
  readonly sale_id: string | null
  readonly payment_id: string | null
}

const movementOf = async ({ owner }: Hand, object: string): Promise<MovementRow> => {
  const { rows } = await owner.query<MovementRow>(selectMovement.text, [object])
  if (!rows[0]) throw new Error(`the ledger has no movement for ${object}`)
  return rows[0]
}

let entries = 0

const undoInsert =
  (world: Hand, id: string): Undo =>
  async () =>
    void (await world.owner.query(deleteEntry.text, [id]))

const counterOf = (account: string): string =>
  account === 'clearing:card' ? 'revenue:sales' : 'revenue:refunds'

/** Posts the movement of an object a second time: with another amount by `more`, in another currency, or under another kind. */
export const postTwice = async (
  world: Hand,
  object: string,
  { more = 0, kind, currency }: { more?: number; kind?: string; currency?: string },
): Promise<{ undo: Undo; amount: number; currency: string }> => {
  const first = await movementOf(world, object)
  const id = `jrn_planted_${(entries += 1)}`
  const amount = Number(first.amount) + more
  await world.owner.query(insertEntry.text, [
    ...[id, kind ?? first.kind, object, kind === undefined ? 2 : 1, first.occurred_at, first.business_date],
    ...[first.account, object, amount, currency ?? first.currency, counterOf(first.account)],
    ...[first.sale_id, first.payment_id],
  ])
  return { undo: undoInsert(world, id), amount, currency: currency ?? first.currency }
}

const KINDS = {
  'clearing:card': { in: 'sale_card', out: 'sale_card' },
  'clearing:refund': { in: 'refund', out: 'refund' },
  'clearing:dispute': { in: 'dispute_reinstated', out: 'dispute_withdrawn' },
} as const

/** Posts a movement for an object that Stripe never had. */
export const postGhost = async (
  world: World,
  ghost: { account: keyof typeof KINDS; object: string; amount: number; currency: string },
  at: Date,
): Promise<Undo> => {
  const id = `jrn_planted_${(entries += 1)}`
  const kind = KINDS[ghost.account][ghost.amount < 0 ? 'out' : 'in']
  await world.owner.query(insertEntry.text, [
    ...[id, kind, ghost.object, 1, at, at.toISOString().slice(0, 10)],
    ...[ghost.account, ghost.object, ghost.amount, ghost.currency, counterOf(ghost.account), null, null],
  ])
  return undoInsert(world, id)
}

/** Makes a posted movement larger by `by`. */
export const shiftMovement = async (world: World, object: string, by: number): Promise<Undo> => {
  const { entry_id: entry } = await movementOf(world, object)
  const shift = async (amount: number) =>
    void (await world.owner.query(shiftAmount.text, [entry, object, amount]))
  await shift(by)
  return async () => shift(-by)
}

/** Writes a posted movement in another currency. */
export const writeInCurrency = async (world: World, object: string, currency: string): Promise<Undo> => {
  const movement = await movementOf(world, object)
  const write = async (code: string) =>
    void (await world.owner.query(setCurrency.text, [movement.entry_id, code]))
  await write(currency)
  return async () => write(movement.currency)
}
