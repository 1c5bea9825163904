import { z } from 'zod'
import { BALANCE_TYPES } from '../domain/payout-batches.ts'

const amount = z.number().int().min(-99_999_999).max(99_999_999)
const id = z.string().min(1)
const currency = z.string().length(3)
const seconds = z.number().int().min(0)
const metadata = z.record(z.string(), z.string())

const row = z.strictObject({
  type: z.string().min(1),
  reporting_category: z.string().min(1),
  amount,
  fee: amount.min(0).default(0),
  currency,
  created: seconds.optional(),
  available_on: seconds.optional(),
  source: z.string().nullable().default(null),
  description: z.string().nullable().default(null),
  balance_type: z.enum(BALANCE_TYPES).default('payments'),
  exchange_rate: z.number().positive().nullable().default(null),
})

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** Body of `POST /_sandbox/edits`. */
export const editShape = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('remove'), id }),
  // With `payout`, the row is listed among the rows of that payout.
  z.strictObject({ op: z.literal('add'), balance_transaction: row, payout: id.optional() }),
  z.strictObject({
    op: z.literal('change'),
    id,
    set: z.record(z.string(), z.union([plain, z.record(z.string(), z.string().nullable())])),
  }),
  z.strictObject({ op: z.literal('hold_payout'), id }),
  z.strictObject({ op: z.literal('short_payout'), id, by: amount.min(1) }),
  // `created` of these: when it is to have happened, in seconds; left out, now.
  z.strictObject({
    op: z.literal('charge_again'),
    id,
    metadata: metadata.optional(),
    created: seconds.optional(),
  }),
  z.strictObject({
    op: z.literal('charge'),
    amount: amount.min(1),
    currency,
    metadata: metadata.optional(),
    settlement_currency: currency.optional(),
    created: seconds.optional(),
  }),
  z.strictObject({
    op: z.literal('refund_dashboard'),
    charge: id,
    amount: amount.min(1).optional(),
    created: seconds.optional(),
  }),
  z.strictObject({
    op: z.literal('drift'),
    currency,
    by: amount.refine((by) => by !== 0, 'must not be 0'),
  }),
])

/** An edit as its maker asks for it. */
export type EditRequest = z.output<typeof editShape>
