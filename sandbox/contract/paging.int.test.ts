import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardPayment } from './drive.ts'
import type { Watched } from './watched-sandbox.ts'
import { refusalOf, startWatched } from './watched-sandbox.ts'

let watched: Watched
let stripe: Stripe
/** Charges, newest first. */
const charges: string[] = []

beforeAll(async () => {
  watched = await startWatched()
  ;({ stripe } = watched)
  for (let at = 0; at < 12; at += 1) {
    const intent = await stripe.paymentIntents.create(cardPayment('pm_card_visa', { amount: 1_000 + at }))
    charges.unshift(intent.latest_charge as string)
    await watched.advance(1)
  }
})

afterAll(async () => {
  expect(watched.problems).toEqual([])
  await watched.stop()
})

const idsOf = async (list: AsyncIterable<{ id: string }>): Promise<string[]> => {
  const ids: string[] = []
  for await (const { id } of list) ids.push(id)
  return ids
}

test.each([1, 5, 6, 11, 12, 100])(
  'pages through a list by %i, in both directions, without gaps',
  async (limit) => {
    expect(await idsOf(stripe.charges.list({ limit }))).toEqual(charges)
    // Backwards the SDK begins at the oldest and goes up to the newest.
    const oldest = charges.at(-1) ?? ''
    const upwards = await idsOf(stripe.charges.list({ limit, ending_before: oldest }))
    expect(upwards).toEqual(charges.slice(0, -1).reverse())
  },
)

test('has more exactly as long as there is more', async () => {
  const page = async (params: Stripe.ChargeListParams) => {
    const { data, has_more } = await stripe.charges.list(params)
    return [data.map(({ id }) => id), has_more]
  }
  expect(await page({ limit: 11 })).toEqual([charges.slice(0, 11), true])
  expect(await page({ limit: 12 })).toEqual([charges, false])
  expect(await page({})).toEqual([charges.slice(0, 10), true])
  const [second = '', eleventh = ''] = [charges[1], charges[10]]
  expect(await page({ limit: 1, starting_after: eleventh })).toEqual([charges.slice(11), false])
  expect(await page({ limit: 1, ending_before: second })).toEqual([charges.slice(0, 1), false])
  expect(await page({ limit: 2, ending_before: charges[3] ?? '' })).toEqual([charges.slice(1, 3), true])
  expect(await page({ starting_after: charges[11] ?? '' })).toEqual([[], false])
})

test('takes limits from 1 to 100 and one cursor at a time', async () => {
  for (const limit of [0, 101, -1])
    expect((await refusalOf(stripe.charges.list({ limit }))).param).toBe('limit')
  const both = stripe.charges.list({ starting_after: 'ch_1', ending_before: 'ch_2' })
  expect((await refusalOf(both)).code).toBe('parameters_exclusive')
  const unknown = await refusalOf(stripe.charges.list({ starting_after: 'ch_nope' }))
  expect([unknown.statusCode, unknown.code, unknown.param]).toEqual([
    400,
    'resource_missing',
    'starting_after',
  ])
})

test('finds by time, with bounds that count or do not', async () => {
  const first = await stripe.charges.retrieve(charges[11] ?? '')
  const created = first.created
  const count = async (bounds: Stripe.RangeQueryParam) =>
    (await stripe.charges.list({ created: bounds, limit: 100 })).data.length
  expect(await count({ gt: created })).toBe(11)
  expect(await count({ gte: created })).toBe(12)
  expect(await count({ lt: created + 11 })).toBe(11)
  expect(await count({ lte: created + 11, gte: created + 11 })).toBe(1)
})

test('searches what is old enough, page by page', async () => {
  const fresh = await stripe.paymentIntents.create(
    cardPayment('pm_card_visa', { metadata: { shift: 'late' } }),
  )
  const late = () => stripe.paymentIntents.search({ query: "metadata['shift']:'late'" })
  expect((await late()).data).toEqual([])
  await watched.advance(20)
  expect((await late()).data.map(({ id }) => id)).toEqual([fresh.id])
  const found = await idsOf(stripe.charges.search({ query: 'amount>=1004 AND amount<1010', limit: 4 }))
  expect(found).toEqual(charges.slice(2, 8))
  const query = "status:'succeeded' OR status:'canceled' AND amount>1"
  expect((await refusalOf(stripe.paymentIntents.search({ query }))).param).toBe('query')
})
