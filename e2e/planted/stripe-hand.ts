import type { Facts, Kind } from './expectations.ts'
import type { Victim } from './victims.ts'
import type { World } from './world.ts'

/** An edit as it was made: what it is, whom it hit, and how it is taken back. */
export interface Planted {
  readonly kind: Kind
  readonly facts: Facts
  readonly undo: () => Promise<void>
}

export interface EditAnswer {
  readonly id: string
  readonly balance_transaction?: { readonly id: string; readonly source: string | null }
  readonly [field: string]: unknown
}

/** Makes an edit through the control plane. */
export const edit = async (
  world: World,
  body: object,
): Promise<{ answer: EditAnswer; undo: () => Promise<void> }> => {
  const answer = await world.control<EditAnswer>('POST', '/edits', body)
  return { answer, undo: async () => void (await world.control('DELETE', `/edits/${answer.id}`)) }
}

/** The facts of a victim that nothing has touched. */
export const untouched = ({ id, row }: Pick<Victim, 'id' | 'row'>): Facts => {
  const { currency, amount, fee } = row
  return { object: id, row: row.id, currency, amount, fee, was: { currency, amount, fee } }
}

/** Changes a victim's row; what is not set stays. */
export const changeRow = async (
  world: World,
  kind: Kind,
  victim: Victim,
  set: { amount?: number; fee?: number; [field: string]: unknown },
): Promise<Planted> => {
  const { undo } = await edit(world, { op: 'change', id: victim.row.id, set })
  const before = untouched(victim)
  const { amount = before.amount, fee = before.fee } = set
  return { kind, facts: { ...before, amount, fee }, undo }
}

/** Changes the victim itself (charge, refund): its state or currency. */
export const changeObject = async (
  world: World,
  kind: Kind,
  victim: Victim,
  set: { currency?: string; [field: string]: unknown },
): Promise<Planted> => {
  const { undo } = await edit(world, { op: 'change', id: victim.id, set })
  const before = untouched(victim)
  return { kind, facts: { ...before, currency: set.currency ?? before.currency }, undo }
}

/** Takes a victim's row away, or the victim with its rows. */
export const remove = async (
  world: World,
  kind: Kind,
  victim: Victim,
  what: 'row' | 'object',
): Promise<Planted> => {
  const { undo } = await edit(world, { op: 'remove', id: what === 'row' ? victim.row.id : victim.id })
  return { kind, facts: untouched(victim), undo }
}

export interface NewRow {
  readonly type: string
  readonly reporting_category: string
  readonly amount: number
  readonly fee?: number
  readonly currency: string
  readonly created: number
  readonly source?: string
}

/** Adds a row that Stripe never told of. */
export const addRow = async (world: World, kind: Kind, row: NewRow): Promise<Planted> => {
  const { answer, undo } = await edit(world, { op: 'add', balance_transaction: row })
  const id = answer.balance_transaction?.id ?? ''
  const { currency, amount, fee = 0 } = row
  const was = { currency, amount: 0, fee: 0 }
  return { kind, facts: { object: row.source ?? id, row: id, currency, amount, fee, was }, undo }
}

interface Charge {
  readonly id: string
  readonly object: string
  readonly amount: number
  readonly currency: string
}

/** A charge or refund that Stripe has and we do not: a second one of a sale, or nobody's, or made in its dashboard. */
export const addCharge = async (world: World, kind: Kind, body: object): Promise<Planted> => {
  const { answer, undo } = await edit(world, body)
  const charge = findIn(answer, String(answer['op']).startsWith('refund') ? 'refund' : 'charge')
  const row = findIn(answer, 'balance_transaction')
  const { currency, amount } = row
  const was = { currency, amount: 0, fee: 0 }
  return { kind, facts: { object: charge.id, row: row.id, currency, amount, fee: 0, was }, undo }
}

/** The object of a kind among those that an edit made, wherever its answer puts them. */
const findIn = (answer: unknown, object: string): Charge => {
  const seen: unknown[] = [answer]
  for (let value = seen.shift(); value !== undefined; value = seen.shift()) {
    if (typeof value !== 'object' || value === null) continue
    if ((value as Charge).object === object && (value as Charge).id) return value as Charge
    seen.push(...(Object.values(value) as unknown[]).filter((one) => one !== undefined))
  }
  throw new Error(`the edit made no ${object}: ${JSON.stringify(answer).slice(0, 300)}`)
}
