import type Stripe from 'stripe'
import type { AnyObject, Kind } from '../store/objects.ts'
import { kindOf } from '../store/objects.ts'
import type { State } from '../store/state.ts'
import type { Edit, EditSet } from './edit.ts'

type Patch = (object: AnyObject) => AnyObject

/** Edits in the form reads need: what is hidden, what is shown otherwise, what is there besides. */
export type Overlay = {
  hidden: ReadonlySet<string>
  patches: ReadonlyMap<string, readonly Patch[]>
  /** Kinds with an object whose `created` is shown otherwise: their rows are in another order. */
  moved: ReadonlySet<Kind>
  added: ReadonlyMap<string, AnyObject>
  /** Added rows that are listed with a payout. */
  addedToPayout: ReadonlyMap<string, readonly Stripe.BalanceTransaction[]>
  /** Payouts that must not be paid. */
  held: ReadonlySet<string>
  /** What the balance shows beside the rows, by currency. */
  drift: ReadonlyMap<string, number>
}

type Building = {
  hidden: Set<string>
  patches: Map<string, Patch[]>
  moved: Set<Kind>
  added: Map<string, AnyObject>
  addedToPayout: Map<string, Stripe.BalanceTransaction[]>
  held: Set<string>
  drift: Map<string, number>
}

/** The fee's parts so that they sum to the fee: the first part takes what the others leave. */
const settleDetails = (row: Stripe.BalanceTransaction): Stripe.BalanceTransaction.FeeDetail[] => {
  const [first, ...rest] = row.fee_details
  if (!first && row.fee === 0) return []
  const head = first ?? {
    application: null,
    description: 'Stripe processing fees',
    type: 'stripe_fee' as const,
  }
  const others = rest.reduce((sum, detail) => sum + detail.amount, 0)
  return [{ ...head, amount: row.fee - others, currency: row.currency }, ...rest]
}

/** A balance transaction keeps net = amount - fee, and its fee details keep summing to its fee. */
const settle = (row: Stripe.BalanceTransaction): Stripe.BalanceTransaction => ({
  ...row,
  net: row.amount - row.fee,
  fee_details: settleDetails(row),
})

const mergeText = (old: unknown, change: EditSet[string]): Record<string, string> => {
  if (change === null) return {}
  const merged = { ...(old as Record<string, string | null>), ...(change as Record<string, string | null>) }
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
}

const setFields =
  (set: EditSet): Patch =>
  (object) => {
    const { metadata, ...fields } = set
    const merged =
      metadata === undefined
        ? fields
        : { ...fields, metadata: mergeText('metadata' in object ? object.metadata : {}, metadata) }
    const changed = { ...object, ...merged } as AnyObject
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

/** A charge of which some more was given back. */
const refundBy =
  (amount: number): Patch =>
  (object) => {
    if (object.object !== 'charge') return object
    const amount_refunded = object.amount_refunded + amount
    return { ...object, amount_refunded, refunded: amount_refunded >= object.amount_captured }
  }

const patchesOf = (state: State, edit: Edit): [string, Patch][] => {
  if (edit.op === 'change') return [[edit.target, setFields(edit.set)]]
  if (edit.op === 'hold_payout') return [[edit.target, setFields({ status: 'in_transit' })]]
  if (edit.op === 'short_payout') return shortPatches(state, edit.target, edit.by)
  if (edit.op === 'refund_dashboard') return [[edit.target, refundBy(edit.amount)]]
  return []
}

const layAdded = (overlay: Building, edit: Edit & { op: 'add' }): void => {
  const { balance_transaction: row, payout } = edit
  overlay.added.set(row.id, row)
  if (payout === undefined) return
  overlay.addedToPayout.set(payout, [...(overlay.addedToPayout.get(payout) ?? []), row])
}

const lay = (overlay: Building, state: State, edit: Edit): void => {
  if (edit.op === 'remove') overlay.hidden.add(edit.target)
  if (edit.op === 'add') layAdded(overlay, edit)
  if (edit.op === 'hold_payout') overlay.held.add(edit.target)
  if (edit.op === 'drift') overlay.drift.set(edit.currency, (overlay.drift.get(edit.currency) ?? 0) + edit.by)
  if (edit.op === 'change' && edit.set.created !== undefined) {
    const kind = kindOf(edit.target)
    if (kind) overlay.moved.add(kind)
  }
  if ('objects' in edit) for (const object of edit.objects) overlay.added.set(object.id, object)
  for (const [id, patch] of patchesOf(state, edit))
    overlay.patches.set(id, [...(overlay.patches.get(id) ?? []), patch])
}

/** The overlay of all edits, in the order they were made. */
export const buildOverlay = (state: State): Overlay => {
  const overlay: Building = {
    hidden: new Set(),
    patches: new Map(),
    moved: new Set(),
    added: new Map(),
    addedToPayout: new Map(),
    held: new Set(),
    drift: new Map(),
  }
  for (const edit of state.edits.values()) lay(overlay, state, edit)
  return overlay
}
