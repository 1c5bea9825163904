import { addRow, changeObject, changeRow } from './stripe-hand.ts'
import { one, strayRow, type Wanted } from './make.ts'
import { SETTLED } from './trade.ts'
import { next } from './victims.ts'

/** Edits that only look wrong. */
export const NEAR_MISSES: Wanted = [
  [25, strayRow('fee row added', 'stripe_fee', 'fee', -1)],
  [15, strayRow('tax row added', 'tax_fee', 'tax', -1)],
  [12, strayRow('top-up added', 'topup', 'topup', 1)],
  [10, strayRow('adjustment added', 'adjustment', 'other_adjustment', -1)],
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
