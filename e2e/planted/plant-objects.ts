import type { Draw } from './draw.ts'
import type { Kind } from './expectations.ts'
import { postGhost, postTwice, writeInCurrency } from './ledger-hand.ts'
import { one, otherThan, type Hands, type Make, type Wanted } from './make.ts'
import { addCharge, changeObject, remove, untouched } from './stripe-hand.ts'
import { SETTLED } from './trade.ts'
import { next } from './victims.ts'

const again = async ({ world }: Hands, kind: Kind, id: string, at: number) =>
  addCharge(world, kind, { op: 'charge_again', id, created: at })

/** Charges of sales that are paid. */
export const chargedTooOften: Wanted = [
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

/** Charges that nobody of ours made. */
export const ofNobody: Wanted = [
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

interface Again {
  readonly more?: number
  readonly kind?: string
  readonly currency?: string
}

const twice = (kind: Kind, pool: 'charges' | 'refunds', how: Again): Make =>
  one(async ({ world, victims }) => {
    const victim = next(victims[pool])
    const { undo, amount, currency } = await postTwice(world, victim.id, how)
    const facts = { ...untouched(victim), was: { currency, amount, fee: 0 } }
    return { kind, facts, undo }
  })

/** Movements posted twice, by the owner of the database. */
export const claimedTwice: Wanted = [
  [9, twice('capture twice', 'charges', {})],
  [5, twice('capture twice, other amount', 'charges', { more: 111 })],
  [5, twice('capture twice, other kind', 'charges', { kind: 'sale_card_again' })],
  [6, twice('refund twice', 'refunds', {})],
  // In a currency that no shop of this one trades in: whatever the charge is in, this is another one.
  [3, twice('capture twice, other currency', 'charges', { currency: 'chf' })],
]

let ghosts = 0

const PREFIXES = { 'clearing:card': 'ch', 'clearing:refund': 're', 'clearing:dispute': 'du' } as const
type GhostAccount = keyof typeof PREFIXES

const nameGhost = (draw: Draw, account: GhostAccount): string =>
  `${PREFIXES[account]}_3ghost${(ghosts += 1)}${draw.whole(1e8, 9e8)}`

/** What it took and, less 1.00, what it brought back: two movements of one object that must not be set off against each other. */
const opposites: Make = one(async ({ world, draw, anyTime }) => {
  const account = 'clearing:dispute'
  const object = nameGhost(draw, account)
  const [amount, currency, at] = [-draw.whole(300, 3_000), draw.pick(SETTLED), new Date(anyTime() * 1_000)]
  const undo = await postGhost(world, { account, object, amount, currency }, at)
  const back = await postGhost(world, { account, object, amount: -amount - 100, currency }, at)
  const facts = { object, row: object, currency, amount: 0, fee: 0, was: { currency, amount, fee: 0 } }
  return {
    kind: 'dispute of a ghost, taken and brought back',
    facts,
    undo: async () => {
      await undo()
      await back()
    },
  }
})

const ghost = (kind: Kind, account: GhostAccount, sign: number): Make =>
  one(async ({ world, draw, anyTime }) => {
    const object = nameGhost(draw, account)
    const [amount, currency] = [sign * draw.whole(300, 3_000), draw.pick(SETTLED)]
    const undo = await postGhost(world, { account, object, amount, currency }, new Date(anyTime() * 1_000))
    const facts = { object, row: object, currency, amount: 0, fee: 0, was: { currency, amount, fee: 0 } }
    return { kind, facts, undo }
  })

/** Charges and refunds that Stripe does not have. */
export const notAtStripe: Wanted = [
  [9, one(async ({ world, victims }) => remove(world, 'charge removed', next(victims.charges), 'object'))],
  [8, one(async ({ world, victims }) => remove(world, 'refund removed', next(victims.refunds), 'object'))],
  [6, ghost('capture of a ghost', 'clearing:card', 1)],
  [2, ghost('refund of a ghost', 'clearing:refund', -1)],
  [2, ghost('dispute of a ghost', 'clearing:dispute', -1)],
  [3, opposites],
]

const state = (kind: Kind, pool: 'charges' | 'refunds', status: string): Make =>
  one(async ({ world, victims }) => changeObject(world, kind, next(victims[pool]), { status }))

/** Charges and refunds that ended otherwise. */
export const otherState: Wanted = [
  [13, state('charge failed', 'charges', 'failed')],
  [6, state('refund failed silently', 'refunds', 'failed')],
  [6, state('refund cancelled silently', 'refunds', 'canceled')],
]

/** Charges in another currency, by Stripe or by our books. */
export const otherCurrency: Wanted = [
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
