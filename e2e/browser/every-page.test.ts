import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PAGES } from '#core/contracts/pages.ts'
import { lacksBrowser } from './kit/browser.ts'
import { furnish } from './kit/furnish.ts'
import { expectKeyboardWalk, expectNoAxeFinding, THEMES } from './kit/inspect.ts'
import { openHouse, type House } from './kit/open-house.ts'
import { findPlaces, type Place } from './kit/places.ts'

const skip = lacksBrowser()

let house: House
let places: readonly Place[]

beforeAll(async () => {
  if (skip) return
  house = await openHouse()
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
  test.each(THEMES)('has nothing that axe finds, in %s', async (theme) =>
    expectNoAxeFinding(house, placeOf(name), theme),
  )

  test('is walked with the keyboard alone: every control is reached, marked and in sight', async () =>
    expectKeyboardWalk(house, placeOf(name)))
})

test.skipIf(lacksBrowser())(
  'an address that is nothing says so in words, and its answer is 404',
  async () => {
    const { page, context } = await house.as('manager')
    const answer = await page.goto('/payments/dashbord')
    await page.getByText('There is no page at this address').waitFor()
    await page.getByRole('link', { name: 'Home' }).waitFor()
    await context.close()
    const asked = await fetch(`${house.platform.url}/payments/dashbord`)
    expect([answer?.status(), asked.status, asked.headers.get('content-type')]).toEqual([
      404,
      404,
      'application/json',
    ])
  },
)

test.skipIf(lacksBrowser())('no page complained, and none did what its policy forbids', () => {
  expect(house.complaints).toEqual([])
})
