import type { Draw } from './draw.ts'
import type { Kind } from './expectations.ts'
import { addRow, type Planted } from './stripe-hand.ts'
import { SETTLED } from './trade.ts'
import type { Victims } from './victims.ts'
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
export type Make = (hands: Hands) => Promise<readonly Planted[]>

/** How often something is made, and how. */
export type Wanted = readonly (readonly [number, Make])[]

/** A make of a single edit. */
export const one =
  (make: (hands: Hands) => Promise<Planted>): Make =>
  async (hands) => [await make(hands)]

/** Another settled currency. */
export const otherThan = (draw: Draw, currency: string): string =>
  draw.pick(SETTLED.filter((code) => code !== currency))

/** A row that Stripe shows and nothing of ours is about. */
export const strayRow = (
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
