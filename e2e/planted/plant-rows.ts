import type { Draw } from './draw.ts'
import type { Kind } from './expectations.ts'
import { shiftMovement } from './ledger-hand.ts'
import { one, strayRow, type Hands, type Make, type Wanted } from './make.ts'
import { addCharge, addRow, changeRow, edit, remove, untouched, type Planted } from './stripe-hand.ts'
import { SETTLED } from './trade.ts'
import { next } from './victims.ts'

/** Rows whose category is in no table. */
export const unknown: Wanted = [
  [
    9,
    one(async ({ world, draw, anyTime }) =>
      addRow(world, 'unknown row added', {
        type: draw.pick(['alms', 'tithe']),
        reporting_category: draw.pick(['alms', 'tithe_2']),
        amount: draw.pick([1, -1]) * draw.whole(100, 900),
        fee: draw.whole(0, 9),
        currency: draw.pick(SETTLED),
        created: anyTime(),
      }),
    ),
  ],
  [
    10,
    one(async ({ world, victims }) =>
      changeRow(world, 'charge row of unknown category', next(victims.rows), { reporting_category: 'alms' }),
    ),
  ],
  [
    6,
    one(async ({ world, victims }) =>
      changeRow(world, 'refund row of unknown category', next(victims.refunds), {
        reporting_category: 'alms',
      }),
    ),
  ],
]

const secondRow = (kind: Kind, pool: 'charges' | 'refunds'): Make =>
  one(async ({ world, victims }) => {
    const { row, id } = next(victims[pool])
    const { type, reporting_category, amount, fee, currency, created } = row
    return addRow(world, kind, {
      ...{ type, reporting_category, amount, fee, currency },
      created: created + 60,
      source: id,
    })
  })

/** A row that brings the money of a refund back, which nobody but the row says. */
const failureOfGood: Make = one(async ({ world, victims }) => {
  const { row, id } = next(victims.refunds)
  return addRow(world, 'refund failure of a good refund', {
    type: 'refund_failure',
    reporting_category: 'refund_failure',
    amount: -row.amount,
    currency: row.currency,
    created: row.created + 120,
    source: id,
  })
})

/** Rows that nothing of ours stands for. */
export const withoutMovement: Wanted = [
  [5, strayRow('charge row without a source', 'charge', 'charge', 1)],
  [5, strayRow('refund row of nobody', 'refund', 'refund', -1, 're')],
  [6, secondRow('second row of a charge', 'charges')],
  [4, secondRow('second row of a refund', 'refunds')],
  [3, strayRow('dispute row of nobody', 'adjustment', 'dispute', -1, 'du')],
  [2, strayRow('refund failure of nobody', 'refund_failure', 'refund_failure', 1, 're')],
  [3, failureOfGood],
  [
    6,
    one(async ({ world, victims }) => {
      const { id, row } = next(victims.refundable)
      const created = row.created + 99
      return addCharge(world, 'refund in the dashboard', {
        op: 'refund_dashboard',
        charge: id,
        amount: 157,
        created,
      })
    }),
  ],
]

const shifted = async ({ world, victims }: Hands, by: number): Promise<Planted> => {
  const victim = next(victims.charges)
  const undo = await shiftMovement(world, victim.id, by)
  const facts = untouched(victim)
  const was = { ...facts.was, amount: facts.was.amount + by }
  return { kind: 'movement of another amount', facts: { ...facts, was }, undo }
}

const resized = async ({ world, victims }: Hands, by: number): Promise<Planted> => {
  const victim = next(victims.rows)
  return changeRow(world, 'row of another amount', victim, { amount: victim.row.amount + by })
}

const onRow = (
  kind: Kind,
  pool: 'rows' | 'refunds' | 'exchanged',
  set: (row: { amount: number; fee: number }, draw: Draw) => { amount?: number; fee?: number },
): Make =>
  one(async ({ world, draw, victims }) => {
    const victim = next(victims[pool])
    return changeRow(world, kind, victim, set(victim.row, draw))
  })

/** Opposite equal amounts on two rows: in the sum they vanish. */
const opposites =
  (make: (hands: Hands, by: number) => Promise<Planted>): Make =>
  async (hands) => {
    const by = hands.draw.whole(1, 400)
    return [await make(hands, by), await make(hands, -by)]
  }

/** Rows and movements of other amounts. */
export const otherAmounts: Wanted = [
  [6, opposites(resized)],
  [2, onRow('row of no amount', 'rows', () => ({ amount: 0 }))],
  [2, onRow('row of the opposite amount', 'rows', ({ amount }) => ({ amount: -amount }))],
  [
    4,
    onRow('refund row of another amount', 'refunds', ({ amount }, draw) => ({
      amount: amount - draw.whole(1, 99),
    })),
  ],
  [
    6,
    onRow('exchanged row of another amount', 'exchanged', ({ amount }, draw) => ({
      amount: amount + draw.pick([1, -1]) * draw.whole(300, 700),
    })),
  ],
  [2, opposites(shifted)],
  [
    2,
    onRow('row of another amount and fee', 'rows', ({ amount, fee }) => ({
      amount: amount + 13,
      fee: fee + 5,
    })),
  ],
]

/** Rows with other fees. */
export const otherFees: Wanted = [
  [11, onRow('row of another fee', 'rows', ({ fee }, draw) => ({ fee: fee + draw.whole(1, 60) }))],
  [7, onRow('row of another fee', 'rows', ({ fee }) => ({ fee: fee - 1 }))],
  [8, onRow('refund row with a fee', 'refunds', (_row, draw) => ({ fee: draw.whole(1, 30) }))],
]

/** Payouts that are short, held or without their row. */
export const payouts: Wanted = [
  [
    8,
    one(async ({ world, draw, victims }) => {
      const { id, amount, currency } = next(victims.payouts)
      const by = draw.whole(1, 99)
      const { undo } = await edit(world, { op: 'short_payout', id, by })
      const was = { currency, amount: amount - by, fee: 0 }
      return { kind: 'short payout', facts: { object: id, row: id, currency, amount, fee: 0, was }, undo }
    }),
  ],
  [
    8,
    one(async ({ world, victims }) => {
      const { id, amount, currency } = next(victims.payouts)
      const { undo } = await edit(world, { op: 'hold_payout', id })
      const was = { currency, amount, fee: 0 }
      return { kind: 'held payout', facts: { object: id, row: id, currency, amount: 0, fee: 0, was }, undo }
    }),
  ],
  [
    2,
    one(async ({ world, victims }) => {
      const payout = next(victims.payouts)
      const row = String(payout.balance_transaction)
      const { undo } = await edit(world, { op: 'remove', id: row })
      const { id: object, currency } = payout
      const was = { currency, amount: -payout.amount, fee: 0 }
      return { kind: 'payout row removed', facts: { object, row, currency, amount: 0, fee: 0, was }, undo }
    }),
  ],
]

/** Rows that are not there. */
export const rowsGone: Wanted = [
  [13, one(async ({ world, victims }) => remove(world, 'charge row removed', next(victims.rows), 'row'))],
  [9, one(async ({ world, victims }) => remove(world, 'refund row removed', next(victims.refunds), 'row'))],
  [2, one(async ({ world, victims }) => remove(world, 'dispute row removed', next(victims.disputes), 'row'))],
]
