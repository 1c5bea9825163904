import type Stripe from 'stripe'
import type { AnyObject } from '../store/objects.ts'
import type { State } from '../store/state.ts'
import type { Edit, EditSet } from './edit.ts'

type Patch = (object: AnyObject) => AnyObject

/** Edits in the form reads need: what is hidden, what is shown otherwise, what is there besides. */
export type Overlay = {
  hidden: ReadonlySet<string>
  patches: ReadonlyMap<string, readonly Patch[]>
  added: readonly Stripe.BalanceTransaction[]
  /** Payouts that must not be paid. */
  held: ReadonlySet<string>
}

/** A balance transaction keeps net = amount - fee, and its fee details keep summing to its fee. */
const settle = (row: Stripe.BalanceTransaction): Stripe.BalanceTransaction => {
  const [first, ...rest] = row.fee_details
  const others = rest.reduce((sum, detail) => sum + detail.amount, 0)
  const details = first ? [{ ...first, amount: row.fee - others, currency: row.currency }, ...rest] : []
  return { ...row, net: row.amount - row.fee, fee_details: details }
}

const setFields =
  (set: EditSet): Patch =>
  (object) => {
    const changed = { ...object, ...set } as AnyObject
    return changed.object === 'balance_transaction' ? settle(changed) : changed
  }

const shortPatches = (state: State, target: string, by: number): [string, Patch][] => {
  const payout = state.tables.payout.get(target)
  const smaller: Patch = (object) =>
    object.object === 'payout' ? { ...object, amount: object.amount - by } : object
  const ownRow: Patch = (object) =>
    object.object === 'balance_transaction' ? settle({ ...object, amount: object.amount + by }) : object
  const row = payout?.balance_transaction as string | null | undefined
  return row
    ? [
        [target, smaller],
        [row, ownRow],
      ]
    : [[target, smaller]]
}

const patchesOf = (state: State, edit: Edit): [string, Patch][] => {
  if (edit.op === 'change') return [[edit.target, setFields(edit.set)]]
  if (edit.op === 'hold_payout') return [[edit.target, setFields({ status: 'in_transit' })]]
  if (edit.op === 'short_payout') return shortPatches(state, edit.target, edit.by)
  return []
}

/** The overlay of all edits, in the order they were made. */
export const buildOverlay = (state: State): Overlay => {
  const hidden = new Set<string>()
  const held = new Set<string>()
  const patches = new Map<string, Patch[]>()
  const added: Stripe.BalanceTransaction[] = []
  for (const edit of state.edits.values()) {
    if (edit.op === 'remove') hidden.add(edit.target)
    if (edit.op === 'add') added.push(edit.balance_transaction)
    if (edit.op === 'hold_payout') held.add(edit.target)
    for (const [id, patch] of patchesOf(state, edit)) patches.set(id, [...(patches.get(id) ?? []), patch])
  }
  return { hidden, patches, added, held }
}
