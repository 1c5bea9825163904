import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PAGES } from '#core/contracts/pages.ts'
import { playDays, windClock } from './finance/play-days.ts'
import { lacksBrowser } from './kit/browser.ts'
import { furnish } from './kit/furnish.ts'
import { expectKeyboardWalk, expectNoAxeFinding, openPlace, THEMES } from './kit/inspect.ts'
import { openHouse, type House, type Visitor } from './kit/open-house.ts'
import { findPlaces, type Place } from './kit/places.ts'

const skip = lacksBrowser()

let house: House
let places: readonly Place[]

beforeAll(async () => {
  if (skip) return
  // A certificate and a payout are there only after some days of sales.
  house = await openHouse(playDays)
  await windClock(house.platform)
  await furnish(house.platform)
  places = await findPlaces(house.platform)
}, 300_000)
afterAll(async () => house?.close())

const placeOf = (page: string): Place => {
  const place = places.find((one) => one.page === page)
  if (!place) throw new Error(`${page} is a page that kit/places.ts does not know`)
  return place
}

describe.skipIf(lacksBrowser()).each(Object.keys(PAGES))('the page %s', (name) => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await openPlace(house, placeOf(name))
  })
  afterAll(async () => visitor.context.close())

  test.each(THEMES)('has nothing that axe finds, in %s', async (theme) => expectNoAxeFinding(visitor, theme))

  test('is walked with the keyboard alone: every control is reached, marked and in sight', async () =>
    expectKeyboardWalk(visitor))
})

test.skipIf(lacksBrowser())(
  'an address that is nothing says so in words, and its answer is 404',
  async () => {
    const { page, context } = await house.as('manager')
    const answer = await page.goto('/payments/dashbord')
    await page.getByText('There is no page at this address').waitFor()
    await page.getByRole('link', { name: 'Home' }).waitFor()
    await context.close()
    expect(answer?.status()).toBe(404)
    // A program that goes wrong there reads what programs read.
    const asked = await fetch(`${house.platform.url}/payments/dashbord`)
    expect([asked.status, await asked.json()]).toMatchObject([404, { error: { code: 'not_found' } }])
  },
)

test.skipIf(lacksBrowser())('no page complained, and none did what its policy forbids', () => {
  expect(house.complaints).toEqual([])
})
