import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { playDays } from './finance/play-days.ts'
import { lacksBrowser } from './kit/browser.ts'
import { expectKeyboardWalk, expectNoAxeFinding, openPlace, THEMES } from './kit/inspect.ts'
import { openHouse, type House, type Visitor } from './kit/open-house.ts'
import { firstPlace, type Place } from './kit/places.ts'

const skip = lacksBrowser()
/** Pages that a shop's first day leaves empty. */
const PAGES_OF_BOOKS = ['certificate', 'payout'] as const

let house: House
const places = new Map<string, Place>()

beforeAll(async () => {
  if (skip) return
  house = await openHouse(playDays)
  for (const page of PAGES_OF_BOOKS) places.set(page, await firstPlace(house.platform, page))
}, 300_000)
afterAll(async () => house?.close())

const placeOf = (page: string): Place => places.get(page) ?? expect.fail(`no ${page}`)

describe.skipIf(lacksBrowser()).each(PAGES_OF_BOOKS)('the page %s, after three days of sales', (name) => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await openPlace(house, placeOf(name))
  })
  afterAll(async () => visitor.context.close())

  test.each(THEMES)('has nothing that axe finds, in %s', async (theme) => expectNoAxeFinding(visitor, theme))

  test('is walked with the keyboard alone: every control is reached, marked and in sight', async () =>
    expectKeyboardWalk(visitor))
})
