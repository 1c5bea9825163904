import type Stripe from 'stripe'
import type { SandboxParts } from '../parts.ts'
import { ControlFailure } from '../control/answers.ts'
import type { EditRequest } from './edit-request.ts'
import { availableOn, paidAt } from '../domain/business-days.ts'
import { newId } from '../ids.ts'
import type { AnyObject } from '../store/objects.ts'
import { isCurrency } from '../domain/currencies.ts'
import { BALANCE_TYPES } from '../domain/payout-batches.ts'
import { plantCharge, plantRefund, plantSecondCharge } from './plant.ts'
import type { Edit, EditSet } from './edit.ts'

/** Fields that make an object what it is and cannot be edited. */
const FIXED = new Set(['id', 'object', 'net', 'fee_details', 'livemode', 'balance_transactions'])

const targetOf = ({ store }: SandboxParts, id: string): AnyObject => {
  const object = store.state.raw(id) ?? store.view.overlay.added.get(id)
  if (!object || store.view.isHidden(object))
    throw new ControlFailure(404, 'not_found', `There is no object ${id}.`)
  return object
}

const payoutOf = (parts: SandboxParts, id: string): Stripe.Payout => {
  const object = targetOf(parts, id)
  if (object.object === 'payout') return object
  throw new ControlFailure(400, 'not_a_payout', `${id} is not a payout.`)
}

/** A changed object must stay one that Stripe could show: amounts are whole, currencies exist, kinds of value stay. */
const isPossible = (field: string, old: unknown, value: EditSet[string]): boolean => {
  if (field === 'currency') return typeof value === 'string' && isCurrency(value)
  if (field === 'metadata') return typeof value === 'object'
  if (field === 'exchange_rate') return value === null || (typeof value === 'number' && value > 0)
  if (field === 'created' && (typeof value !== 'number' || value < 0)) return false
  if (field === 'balance_type') return BALANCE_TYPES.some((type) => type === value)
  if (typeof value === 'object' && value !== null) return false
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return false
  if (field === 'fee' && typeof value === 'number' && value < 0) return false
  const isReference = old === null || typeof old === 'string'
  return typeof value === typeof old || (isReference && (value === null || typeof value === 'string'))
}

const checkFields = (object: AnyObject, set: EditSet): void => {
  const wrong = Object.keys(set).find((field) => FIXED.has(field) || !Object.hasOwn(object, field))
  if (wrong !== undefined)
    throw new ControlFailure(400, 'unknown_field', `${wrong} cannot be changed on ${object.id}.`)
  const old = object as unknown as Record<string, unknown>
  const bad = Object.entries(set).find(([field, value]) => !isPossible(field, old[field], value))
  if (bad) throw new ControlFailure(400, 'invalid_value', `${bad[0]} of ${object.id} cannot be ${bad[1]}.`)
}

const shortOf = (
  parts: SandboxParts,
  { id, by }: { id: string; by: number },
): Edit & { op: 'short_payout' } => {
  const payout = parts.store.view.show(payoutOf(parts, id), parts.clock.now())
  if (by >= payout.amount)
    throw new ControlFailure(400, 'invalid_value', `${id} has only ${payout.amount}: nothing would be left.`)
  return { id: newId(parts.env.random, 'edit'), at_ms: parts.clock.now(), op: 'short_payout', target: id, by }
}

const addedRow = (
  { clock, env }: SandboxParts,
  wanted: (EditRequest & { op: 'add' })['balance_transaction'],
) => {
  const { created, available_on, fee, ...fields } = wanted
  const currency = fields.currency.toLowerCase()
  if (!isCurrency(currency)) throw new ControlFailure(400, 'invalid_value', `${currency} is not a currency.`)
  const createdAt = created ?? Math.floor(clock.now() / 1000)
  const description = 'Stripe processing fees'
  return {
    id: newId(env.random, 'txn'),
    object: 'balance_transaction',
    ...fields,
    available_on: available_on ?? availableOn(createdAt * 1000) / 1000,
    created: createdAt,
    currency,
    fee,
    fee_details:
      fee === 0 ? [] : [{ amount: fee, application: null, currency, description, type: 'stripe_fee' }],
    net: fields.amount - fee,
    status: 'pending',
    type: fields.type as Stripe.BalanceTransaction['type'],
  } satisfies Stripe.BalanceTransaction
}

const driftOf = (
  head: { id: string; at_ms: number },
  { currency, by }: { currency: string; by: number },
): Edit => {
  const code = currency.toLowerCase()
  if (!isCurrency(code)) throw new ControlFailure(400, 'invalid_value', `${currency} is not a currency.`)
  return { ...head, op: 'drift', currency: code, by }
}

const buildEdit = (parts: SandboxParts, request: EditRequest): Edit => {
  const head = { id: newId(parts.env.random, 'edit'), at_ms: parts.clock.now() }
  switch (request.op) {
    case 'remove':
      return { ...head, op: 'remove', target: targetOf(parts, request.id).id }
    case 'add':
      return {
        ...head,
        op: 'add',
        balance_transaction: addedRow(parts, request.balance_transaction),
        ...(request.payout === undefined ? {} : { payout: payoutOf(parts, request.payout).id }),
      }
    case 'change':
      checkFields(targetOf(parts, request.id), request.set)
      return { ...head, op: 'change', target: request.id, set: request.set }
    case 'hold_payout':
      return { ...head, op: 'hold_payout', target: payoutOf(parts, request.id).id }
    case 'short_payout':
      return shortOf(parts, request)
    case 'charge_again':
      return { ...head, op: 'charge_again', target: request.id, objects: plantSecondCharge(parts, request) }
    case 'charge':
      return { ...head, op: 'charge', objects: plantCharge(parts, request) }
    case 'refund_dashboard':
      return { ...head, op: 'refund_dashboard', target: request.charge, ...plantRefund(parts, request) }
    case 'drift':
      return driftOf(head, request)
  }
}

/** Lays an edit over the facts; no event tells of it. Throws 404 for an unknown object, 400 for an impossible edit. */
export const makeEdit = (parts: SandboxParts, request: EditRequest): Edit => {
  const edit = buildEdit(parts, request)
  const unit = parts.store.begin(edit.at_ms)
  unit.change.edits = [edit]
  parts.store.commit(unit)
  parts.store.journal.add(unit.at_ms, 'edit', {
    edit: edit.id,
    op: edit.op,
    target: 'target' in edit ? edit.target : null,
  })
  return edit
}

/** Takes an edit away, which puts everything back as it was; a payout that was held is paid when it is due. */
export const undoEdit = (parts: SandboxParts, id: string): Edit => {
  const { store, clock, scheduler } = parts
  const edit = store.state.edits.get(id)
  if (!edit) throw new ControlFailure(404, 'not_found', `There is no edit ${id}.`)
  const unit = store.begin(clock.now())
  unit.change.undone = [id]
  if (edit.op === 'hold_payout') {
    const payout = store.state.tables.payout.get(edit.target)
    if (payout?.status === 'in_transit') {
      const at_ms = Math.max(unit.at_ms, paidAt(payout.arrival_date * 1000))
      unit.schedule({ id: `payout_paid:${payout.id}`, kind: 'payout_paid', at_ms, ref: payout.id })
    }
  }
  store.commit(unit)
  store.journal.add(unit.at_ms, 'edit', { edit: id, op: edit.op, undone: true })
  scheduler.catchUp()
  return edit
}
