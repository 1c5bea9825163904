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
  for (const [currency, { available, pending }] of view.balance(atMs)) {
    const of = (status: string) =>
      net(shown.filter((row) => row.currency === currency && row.status === status))
    deepStrictEqual({ available, pending }, { available: of('available'), pending: of('pending') })
  }
  const known = new Set(view.balance(atMs).keys())
  for (const row of shown) strictEqual(known.has(row.currency), true)
}

const checkRows = ({ tables, money }: State): void => {
  strictEqual(money.entries.size, tables.balance_transaction.rows.length)
  for (const row of tables.balance_transaction.rows) {
    strictEqual(row.net, row.amount - row.fee)
    strictEqual(money.entries.get(row.id)?.net, row.net)
    strictEqual(
      row.fee_details.reduce((sum, { amount }) => sum + amount, 0),
      row.fee,
    )
  }
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
    if (isBooked) strictEqual(booked, charge.amount_captured)
    if (isBooked) strictEqual(rows[0]?.id, charge.balance_transaction)
    const refunds = tables.refund.where('charge', charge.id).filter(({ status }) => !isReturned(status))
    const refunded = refunds.reduce((sum, { amount }) => sum + amount, 0)
    if (charge.captured) strictEqual(charge.amount_refunded, refunded)
    const intent = tables.payment_intent.get(charge.payment_intent as string)
    if (charge.captured) strictEqual(intent?.amount_received, charge.amount_captured)
  }
  for (const refund of tables.refund.rows) {
    const rows = tables.balance_transaction.where('source', refund.id)
    strictEqual(net(rows), isReturned(refund.status) ? 0 : -refund.amount)
  }
}

/** A dispute has taken its amount, unless it only asks or was won; each row is listed on it. */
const checkDisputes = ({ tables }: State): void => {
  for (const dispute of tables.dispute.rows) {
    const rows = tables.balance_transaction.where('source', dispute.id)
    const moved = rows.reduce((sum, { amount }) => sum + amount, 0)
    const isTaken = !dispute.status.startsWith('warning') && dispute.status !== 'won'
    strictEqual(moved, isTaken ? -dispute.amount : 0)
    deepStrictEqual(
      dispute.balance_transactions.map(({ id }) => id),
      rows.map(({ id }) => id),
    )
    strictEqual(tables.charge.get(dispute.charge as string)?.disputed, true)
  }
}

const checkPayouts = ({ tables, money, work }: State): void => {
  for (const payout of tables.payout.rows) {
    if (payout.status === 'in_transit') strictEqual(work.has(`payout_paid:${payout.id}`), true)
    if (!payout.automatic) {
      // A payout by hand holds its own row only, and the one that brings it back.
      const own = tables.balance_transaction.where('source', payout.id)
      strictEqual(net(own), payout.status === 'canceled' ? 0 : -payout.amount)
      strictEqual(own[0]?.id, payout.balance_transaction)
      continue
    }
    const rows = money.rowsOf(payout.id).map((id) => tables.balance_transaction.get(id))
    const [own, ...others] = rows.filter((row) => row !== undefined).reverse()
    strictEqual(own?.id, payout.balance_transaction)
    strictEqual(net(others), payout.amount)
    strictEqual(net(others) + (own?.net ?? 0), 0)
  }
  const paid = [...money.payoutOf.keys()].length
  strictEqual(paid + money.unpaidCount(), money.entries.size)
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
