import type { Draw } from './draw.ts'
import type { Kind } from './expectations.ts'
import { postGhost, postTwice, shiftMovement, writeInCurrency } from './ledger-hand.ts'
import {
  addCharge,
  addRow,
  changeObject,
  changeRow,
  edit,
  remove,
  untouched,
  type Planted,
} from './stripe-hand.ts'
import { SETTLED } from './trade.ts'
import { next, type Victims } from './victims.ts'
import type { World } from './world.ts'

/** What an edit is made with. */
export interface Hands {
  readonly world: World
  readonly draw: Draw
  readonly victims: Victims
  /** An instant of the trading days, in seconds. */
  anyTime(): number
}

/** Makes one edit, or several that belong together. */
type Make = (hands: Hands) => Promise<readonly Planted[]>

const one =
  (make: (hands: Hands) => Promise<Planted>): Make =>
  async (hands) => [await make(hands)]

const otherThan = (draw: Draw, currency: string): string =>
  draw.pick(SETTLED.filter((code) => code !== currency))

const unknown: readonly [number, Make][] = [
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

const again = async ({ world }: Hands, kind: Kind, id: string, at: number) =>
  addCharge(world, kind, { op: 'charge_again', id, created: at })

const chargedTooOften: readonly [number, Make][] = [
  [
    16,
    one(async (hands) => {
      const victim = next(hands.victims.charges)
      return again(hands, 'charged again', victim.id, victim.row.created + 90)
    }),
  ],
  [
    3,
    async (hands) => {
      const victim = next(hands.victims.charges)
      return [
        await again(hands, 'charged again', victim.id, victim.row.created + 90),
        await again(hands, 'charged a third time', victim.id, victim.row.created + 95),
      ]
    },
  ],
  [
    4,
    one(async (hands) => {
      const victim = next(hands.victims.splits)
      return again(hands, 'split sale charged again', victim.id, victim.row.created + 90)
    }),
  ],
]

const ofNobody: readonly [number, Make][] = [
  [
    16,
    one(async ({ world, draw, anyTime }) =>
      addCharge(world, 'charge of nobody', {
        op: 'charge',
        amount: draw.whole(500, 5_000),
        currency: draw.pick(SETTLED),
        created: anyTime(),
      }),
    ),
  ],
  [
    4,
    one(async ({ world, draw, anyTime }) =>
      addCharge(world, 'charge of nobody', {
        op: 'charge',
        amount: draw.whole(500, 5_000),
        currency: 'chf',
        settlement_currency: 'gbp',
        created: anyTime(),
      }),
    ),
  ],
  [
    6,
    one(async ({ world, draw, anyTime }) =>
      addCharge(world, 'charge of an unknown payment', {
        op: 'charge',
        amount: draw.whole(500, 5_000),
        currency: draw.pick(SETTLED),
        metadata: {
          tillwatch_payment: 'pay_01h0000000e8xrzs0000000000',
          tillwatch_sale: 'sale_01h0000000e8xrzs0000000000',
        },
        created: anyTime(),
      }),
    ),
  ],
]

const strayRow = (
  kind: Kind,
  type: string,
  reporting_category: string,
  sign: number,
  source?: string,
): Make =>
  one(async ({ world, draw, anyTime }) =>
    addRow(world, kind, {
      type,
      reporting_category,
      amount: sign * draw.whole(200, 2_000),
      currency: draw.pick(SETTLED),
      created: anyTime(),
      ...(source === undefined ? {} : { source: `${source}_nobody${draw.whole(1, 1e9)}` }),
    }),
  )

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

const withoutMovement: readonly [number, Make][] = [
  [5, strayRow('charge row without a source', 'charge', 'charge', 1)],
  [5, strayRow('refund row of nobody', 'refund', 'refund', -1, 're')],
  [6, secondRow('second row of a charge', 'charges')],
  [4, secondRow('second row of a refund', 'refunds')],
  [3, strayRow('dispute row of nobody', 'adjustment', 'dispute', -1, 'du')],
  [2, strayRow('refund failure of nobody', 'refund_failure', 'refund_failure', 1, 're')],
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

const twice = (kind: Kind, pool: 'charges' | 'refunds', how: { more?: number; kind?: string }): Make =>
  one(async ({ world, victims }) => {
    const victim = next(victims[pool])
    const { undo, amount, currency } = await postTwice(world, victim.id, how)
    const facts = { ...untouched(victim), was: { currency, amount, fee: 0 } }
    return { kind, facts, undo }
  })

const claimedTwice: readonly [number, Make][] = [
  [9, twice('capture twice', 'charges', {})],
  [5, twice('capture twice, other amount', 'charges', { more: 111 })],
  [5, twice('capture twice, other kind', 'charges', { kind: 'sale_card_again' })],
  [6, twice('refund twice', 'refunds', {})],
]

let ghosts = 0

const ghost = (kind: Kind, account: 'clearing:card' | 'clearing:refund', sign: number): Make =>
  one(async ({ world, draw, anyTime }) => {
    const object = `${account === 'clearing:card' ? 'ch' : 're'}_3ghost${(ghosts += 1)}${draw.whole(1e8, 9e8)}`
    const [amount, currency] = [sign * draw.whole(300, 3_000), draw.pick(SETTLED)]
    const undo = await postGhost(world, { account, object, amount, currency }, new Date(anyTime() * 1_000))
    const facts = { object, row: object, currency, amount: 0, fee: 0, was: { currency, amount, fee: 0 } }
    return { kind, facts, undo }
  })

const notAtStripe: readonly [number, Make][] = [
  [9, one(async ({ world, victims }) => remove(world, 'charge removed', next(victims.charges), 'object'))],
  [8, one(async ({ world, victims }) => remove(world, 'refund removed', next(victims.refunds), 'object'))],
  [6, ghost('capture of a ghost', 'clearing:card', 1)],
  [2, ghost('refund of a ghost', 'clearing:refund', -1)],
]

const state = (kind: Kind, pool: 'charges' | 'refunds', status: string): Make =>
  one(async ({ world, victims }) => changeObject(world, kind, next(victims[pool]), { status }))

const otherState: readonly [number, Make][] = [
  [13, state('charge failed', 'charges', 'failed')],
  [6, state('refund failed silently', 'refunds', 'failed')],
  [6, state('refund cancelled silently', 'refunds', 'canceled')],
]

const otherCurrency: readonly [number, Make][] = [
  [
    13,
    one(async ({ world, draw, victims }) => {
      const victim = next(victims.charges)
      const currency = otherThan(draw, victim.row.currency)
      return changeObject(world, 'charge in another currency', victim, { currency })
    }),
  ],
  [
    12,
    one(async ({ world, draw, victims }) => {
      const victim = next(victims.charges)
      const currency = otherThan(draw, victim.row.currency)
      const undo = await writeInCurrency(world, victim.id, currency)
      const facts = untouched(victim)
      return {
        kind: 'movement in another currency',
        facts: { ...facts, was: { ...facts.was, currency } },
        undo,
      }
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

const otherAmounts: readonly [number, Make][] = [
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

const otherFees: readonly [number, Make][] = [
  [11, onRow('row of another fee', 'rows', ({ fee }, draw) => ({ fee: fee + draw.whole(1, 60) }))],
  [7, onRow('row of another fee', 'rows', ({ fee }) => ({ fee: fee - 1 }))],
  [8, onRow('refund row with a fee', 'refunds', (_row, draw) => ({ fee: draw.whole(1, 30) }))],
]

const payouts: readonly [number, Make][] = [
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

const rowsGone: readonly [number, Make][] = [
  [13, one(async ({ world, victims }) => remove(world, 'charge row removed', next(victims.rows), 'row'))],
  [9, one(async ({ world, victims }) => remove(world, 'refund row removed', next(victims.refunds), 'row'))],
  [2, one(async ({ world, victims }) => remove(world, 'dispute row removed', next(victims.disputes), 'row'))],
]

/** Every kind of edit that is a fact, with how often it is made. */
export const FACTS: readonly (readonly [number, Make])[] = [
  ...unknown,
  ...chargedTooOften,
  ...ofNobody,
  ...withoutMovement,
  ...claimedTwice,
  ...notAtStripe,
  ...otherState,
  ...otherCurrency,
  ...otherAmounts,
  ...otherFees,
  ...payouts,
  ...rowsGone,
]

const byStripe = (kind: Kind, type: string, reporting_category: string, sign: number): Make =>
  strayRow(kind, type, reporting_category, sign)

/** Edits that only look wrong. */
export const NEAR_MISSES: readonly (readonly [number, Make])[] = [
  [25, byStripe('fee row added', 'stripe_fee', 'fee', -1)],
  [15, byStripe('tax row added', 'tax_fee', 'tax', -1)],
  [12, byStripe('top-up added', 'topup', 'topup', 1)],
  [10, byStripe('adjustment added', 'adjustment', 'other_adjustment', -1)],
  [
    12,
    async (hands) => {
      const row = { amount: hands.draw.whole(100, 900), currency: hands.draw.pick(SETTLED) }
      const created = hands.anyTime()
      const half = async (sign: number, type: string) =>
        addRow(hands.world, 'reserve held and released', {
          ...{ ...row, type, reporting_category: 'risk_reserved_funds', amount: sign * row.amount },
          created: created + (sign > 0 ? 3_600 : 0),
        })
      return [await half(-1, 'reserved_funds'), await half(1, 'reserved_funds')]
    },
  ],
  [
    12,
    one(async ({ world, victims }) => {
      const victim = next(victims.rows)
      const set = { available_on: victim.row.available_on + 86_400 }
      return changeRow(world, 'row available on another date', victim, set)
    }),
  ],
  [
    10,
    one(async ({ world, victims }) =>
      changeRow(world, 'row described otherwise', next(victims.rows), { description: 'Bread and butter' }),
    ),
  ],
  [
    12,
    one(async ({ world, victims }) => {
      const victim = next(victims.rows)
      return changeRow(world, 'row created on the next date', victim, {
        created: victim.row.created + 86_400,
      })
    }),
  ],
  [
    8,
    one(async ({ world, victims }) =>
      changeObject(world, 'charge with other words', next(victims.charges), { description: 'Bread' }),
    ),
  ],
]

/** Makes edits of every kind in an order of chance. */
export const plant = async (
  hands: Hands,
  wanted: readonly (readonly [number, Make])[],
): Promise<Planted[]> => {
  const makes = hands.draw.shuffled(wanted.flatMap(([count, make]) => Array<Make>(count).fill(make)))
  const planted: Planted[] = []
  for (const make of makes) planted.push(...(await make(hands)))
  return planted
}
