import { z } from 'zod'

/** Names and ids are visible ASCII; NUL and lone surrogates are text that no column keeps. */
const shownText = (max: number) => z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${max}}$`))

/** What the inbox needs to know of an event; everything else stays in its payload. */
const eventSchema = z.object({
  id: z.string().regex(/^evt_\w{1,250}$/),
  object: z.literal('event'),
  type: shownText(200),
  created: z.number().int().min(0),
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.object({
    object: z.object({
      id: shownText(255).nullish(),
      object: shownText(100),
    }),
  }),
})

/** An event as the inbox keeps it. `objectId` is empty for the few objects without an id, such as a balance. */
export interface Delivery {
  readonly id: string
  readonly type: string
  readonly objectType: string
  readonly objectId: string
  readonly createdAt: Date
  readonly livemode: boolean
  readonly account: string | null
}

/** Reads a verified event. Undefined when it is no snapshot event of API v1. */
export const readDelivery = (event: unknown): Delivery | undefined => {
  const result = eventSchema.safeParse(event)
  if (!result.success) return undefined
  const { id, type, created, livemode, account, data } = result.data
  return {
    id,
    type,
    objectType: data.object.object,
    objectId: data.object.id ?? '',
    createdAt: new Date(created * 1000),
    livemode,
    account: account ?? null,
  }
}
