import { z } from '@hono/zod-openapi'
import Stripe from 'stripe'
import { seesTill } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { listStripeReaders, readKnown } from './find-reader.ts'
import type { ActionRow } from './reader-actions.ts'
import { paymentReaderSchema, toPaymentReader } from './reader-wire.ts'

const listOpen = loadSql(import.meta.url, 'sql/reader_action_list_open.sql')

const readerSchema = z
  .strictObject({
    id: z.string(),
    label: z.string(),
    till_id: z.string().nullable(),
    stripe_reader: z.string().nullable(),
    status: z
      .enum(['online', 'offline', 'unknown'])
      .openapi({ description: 'As Stripe says; unknown when Stripe does not answer or does not have it' }),
    device_type: z.string().nullable(),
    last_seen_at: z.string().nullable(),
    /** What it does for a payment of ours; null when it waits. */
    action: paymentReaderSchema.shape.action.extend({ payment_id: z.string() }).nullable(),
    /** What Stripe says that it does, also when the payment is not ours. */
    stripe_action: z.strictObject({ type: z.string(), status: z.string() }).nullable(),
  })
  .openapi('Reader')

/** An open action, and the till of its payment. */
type OpenRow = ActionRow & { readonly till_id: string }

type Reader = z.output<typeof readerSchema>

/** Readers as Stripe has them, by id; none when it does not answer. */
const askStripe = async (deps: Deps): Promise<Map<string, Stripe.Terminal.Reader>> => {
  try {
    const readers = await listStripeReaders(deps.stripe)
    return new Map(readers.map((reader) => [reader.id, reader]))
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    deps.log.warn({ err: error }, 'Stripe does not tell of the readers')
    return new Map()
  }
}

const statusOf = (reader: Stripe.Terminal.Reader | undefined): Reader['status'] => {
  if (reader?.status === 'online') return 'online'
  return reader?.status === 'offline' ? 'offline' : 'unknown'
}

const toReader = (
  said: Deps['shop']['readers'][number],
  stripeReader: string | undefined,
  reader: Stripe.Terminal.Reader | undefined,
  action: ActionRow | undefined,
  role: string,
): Reader => ({
  id: said.id,
  label: said.label,
  till_id: said.till ?? null,
  stripe_reader: stripeReader ?? null,
  status: statusOf(reader),
  device_type: reader?.device_type ?? null,
  // Stripe counts this one in milliseconds, unlike every other time (stripe.md §6).
  last_seen_at: reader?.last_seen_at ? new Date(reader.last_seen_at).toISOString() : null,
  action: action ? { ...toPaymentReader(action, role).action, payment_id: action.payment_id } : null,
  stripe_action: reader?.action ? { type: reader.action.type, status: reader.action.status } : null,
})

/** `GET /readers`: the shop's card readers, as shop.yaml, Stripe and our payments know them. */
export const addReaderRoutes = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/readers',
      summary: 'The card readers of the shop and what they do now',
      allow: ['cashier', 'finance', 'oncall', 'manager', 'admin', 'auditor'],
      scope: 'store',
      answers: { 200: z.strictObject({ data: z.array(readerSchema) }) },
      errors: [],
    },
    async ({ principal }) => {
      const [known, atStripe, open] = await Promise.all([
        readKnown(deps),
        askStripe(deps),
        deps.db.rows<OpenRow>(listOpen),
      ])
      // A reader without a till serves every till; what it does for one of them is that till's alone.
      const seen = deps.shop.readers.filter(({ till }) => till === undefined || seesTill(principal, till))
      const data = seen.map((said) => {
        const byLabel = [...atStripe.values()].find(({ label }) => label === said.label)
        const stripeReader = known.get(said.id) ?? byLabel?.id
        const action = open.find((row) => row.reader_id === said.id && seesTill(principal, row.till_id))
        return toReader(said, stripeReader, atStripe.get(stripeReader ?? ''), action, principal.role)
      })
      return { status: 200, body: { data } }
    },
  )
}
