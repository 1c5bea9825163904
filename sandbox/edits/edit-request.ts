import { z } from 'zod'

const amount = z.number().int().min(-99_999_999).max(99_999_999)
const id = z.string().min(1)

const row = z.strictObject({
  type: z.string().min(1),
  reporting_category: z.string().min(1),
  amount,
  fee: amount.min(0).default(0),
  currency: z.string().length(3),
  created: z.number().int().min(0).optional(),
  available_on: z.number().int().min(0).optional(),
  source: z.string().nullable().default(null),
  description: z.string().nullable().default(null),
})

/** Body of `POST /_sandbox/edits`. */
export const editShape = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('remove'), id }),
  z.strictObject({ op: z.literal('add'), balance_transaction: row }),
  z.strictObject({
    op: z.literal('change'),
    id,
    set: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  z.strictObject({ op: z.literal('hold_payout'), id }),
  z.strictObject({ op: z.literal('short_payout'), id, by: amount.min(1) }),
])

/** An edit as its maker asks for it. */
export type EditRequest = z.output<typeof editShape>
