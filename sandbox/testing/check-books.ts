import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type Stripe from 'stripe'
import { deliveryKey } from '../store/state.ts'
import type { State } from '../store/state.ts'
import { View } from '../store/view.ts'

const net = (rows: readonly Stripe.BalanceTransaction[]): number =>
  rows.reduce((sum, row) => sum + row.net, 0)

const checkBalance = (state: State, atMs: number): void => {
  const view = new View(state)
  const shown = view
    .rows('balance_transaction')
    .filter((row) => !view.isHidden(row))
    .map((row) => view.show(row, atMs))
  const potOf = (pot: { currency: string; balance_type: string }) => `${pot.balance_type}:${pot.currency}`
  const pots = view.balances(atMs)
  for (const pot of pots) {
    const of = (status: string) =>
      net(shown.filter((row) => potOf(row) === potOf(pot) && row.status === status))
    const drift = pot.balance_type === 'payments' ? (view.overlay.drift.get(pot.currency) ?? 0) : 0
    const { available, pending } = pot
    deepStrictEqual({ available, pending }, { available: of('available') + drift, pending: of('pending') })
  }
  const known = new Set(pots.map(potOf))
  for (const row of shown) strictEqual(known.has(potOf(row)), true)
}

const checkRows = ({ tables, money }: State): void => {
  strictEqual(money.entries.size, tables.balance_transaction.rows.length)
  for (const row of tables.balance_transaction.rows) {
    strictEqual(row.net, row.amount - row.fee)
    const entry = money.entries.get(row.id)
    strictEqual(entry?.net, row.net)
    deepStrictEqual([entry.currency, entry.balance_type ?? 'payments'], [row.currency, row.balance_type])
    strictEqual(
      row.fee_details.reduce((sum, { amount }) => sum + amount, 0),
      row.fee,
    )
  }
}

/** True for rows of money that landed in another currency: their amounts follow the day's rate. */
const isExchanged = (rows: readonly Stripe.BalanceTransaction[]): boolean =>
  rows.some(({ exchange_rate }) => exchange_rate !== null)

/** Exchanged money has the sign it must have, and its rows are in one currency. */
const checkExchanged = (rows: readonly Stripe.BalanceTransaction[], sign: number): void => {
  strictEqual(new Set(rows.map(({ currency }) => currency)).size, 1)
  strictEqual(Math.sign(rows[0]?.amount ?? 0), sign)
}

const isReturned = (status: string | null): boolean => status === 'failed' || status === 'canceled'

const checkCharges = ({ tables, work }: State): void => {
  for (const charge of tables.charge.rows) {
    const rows = tables.balance_transaction.where('source', charge.id)
    const isBooked = charge.balance_transaction !== null
    strictEqual(rows.length > 0, isBooked)
    // A captured charge is booked or will be.
    if (charge.captured && !isBooked) strictEqual(work.has(`settle:${charge.id}`), true)
    // One row, or the whole authorisation and the reversal of its rest: the sum is what was captured.
    const booked = rows.reduce((sum, { amount }) => sum + amount, 0)
    if (isExchanged(rows)) checkExchanged(rows, 1)
    else if (isBooked) strictEqual(booked, charge.amount_captured)
    if (isBooked) strictEqual(rows[0]?.id, charge.balance_transaction)
    const refunds = tables.refund.where('charge', charge.id).filter(({ status }) => !isReturned(status))
    const refunded = refunds.reduce((sum, { amount }) => sum + amount, 0)
    if (charge.captured) strictEqual(charge.amount_refunded, refunded)
    const intent = tables.payment_intent.get(charge.payment_intent as string)
    if (charge.captured) strictEqual(intent?.amount_received, charge.amount_captured)
  }
  for (const refund of tables.refund.rows) {
    const rows = tables.balance_transaction.where('source', refund.id)
    strictEqual(rows.length, isReturned(refund.status) ? 2 : 1)
    if (isExchanged(rows)) checkExchanged(rows, -1)
    else strictEqual(net(rows), isReturned(refund.status) ? 0 : -refund.amount)
  }
}

/** A dispute has taken its amount, unless it only asks or was won; each row is listed on it. */
const checkDisputes = ({ tables }: State): void => {
  for (const dispute of tables.dispute.rows) {
    const rows = tables.balance_transaction.where('source', dispute.id)
    const moved = rows.reduce((sum, { amount }) => sum + amount, 0)
    const isTaken = !dispute.status.startsWith('warning') && dispute.status !== 'won'
    if (isExchanged(rows)) checkExchanged(rows, -1)
    else strictEqual(moved, isTaken ? -dispute.amount : 0)
    deepStrictEqual(
      dispute.balance_transactions.map(({ id }) => id),
      rows.map(({ id }) => id),
    )
    strictEqual(tables.charge.get(dispute.charge as string)?.disputed, true)
  }
}

const checkPayouts = ({ tables, money, work, edits }: State): void => {
  const held = new Set([...edits.values()].map((edit) => (edit.op === 'hold_payout' ? edit.target : '')))
  for (const payout of tables.payout.rows) {
    if (payout.status === 'in_transit' && !held.has(payout.id))
      strictEqual(work.has(`payout_paid:${payout.id}`), true)
    // Its own row, and the one that brings it back; the fee of an instant one stays away.
    const source = tables.balance_transaction.where('source', payout.id)
    const moved = source.reduce((sum, { amount }) => sum + amount, 0)
    strictEqual(moved, isReturned(payout.status) ? 0 : -payout.amount)
    strictEqual(source[0]?.id, payout.balance_transaction)
    strictEqual(source[1]?.id ?? null, payout.failure_balance_transaction)
    if (!payout.automatic) continue
    const rows = money.rowsOf(payout.id).map((id) => tables.balance_transaction.get(id))
    const [own, ...others] = rows.filter((row) => row !== undefined).reverse()
    strictEqual(own?.id, payout.balance_transaction)
    strictEqual(net(others), payout.amount)
    strictEqual(net(others) + (own?.net ?? 0), 0)
  }
  const paid = [...money.payoutOf.keys()].length
  const payable = [...money.entries.values()].filter(
    ({ balance_type = 'payments' }) => balance_type === 'payments',
  )
  strictEqual(paid + money.unpaidCount(), payable.length)
}

/** Every event was emitted with its deliveries, and each of them is answered or waits. */
const checkDeliveries = (state: State): void => {
  for (const delivery of state.pending.values()) {
    strictEqual(state.events.get(delivery.event)?.id, delivery.event)
    strictEqual(state.pending.get(deliveryKey(delivery)), delivery)
  }
}

/** Throws when money appeared or vanished, or when a fact is there by half. Edits are seen where callers see them. */
export const checkBooks = (state: State, atMs: number): void => {
  checkBalance(state, atMs)
  checkRows(state)
  checkCharges(state)
  checkDisputes(state)
  checkPayouts(state)
  checkDeliveries(state)
}
