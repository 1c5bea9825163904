import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PAGES } from '#core/contracts/pages.ts'
import { lacksBrowser } from './kit/browser.ts'
import { furnish } from './kit/furnish.ts'
import { walkByKeyboard } from './kit/keyboard.ts'
import { openHouse, type House } from './kit/open-house.ts'
import { findPlaces, type Place } from './kit/places.ts'

const skip = lacksBrowser()
const THEMES = ['light', 'dark'] as const
/** WCAG 2.2 AA and what it builds on, and the good practice beside it. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

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

const open = async ({ role, path }: Place, colorScheme: 'light' | 'dark') => {
  const options = { colorScheme }
  const visitor = role === 'nobody' ? await house.stranger(options) : await house.as(role, options)
  await visitor.visit(path)
  await visitor.page.waitForLoadState('networkidle').catch(() => undefined)
  return visitor
}

describe.skipIf(lacksBrowser()).each(Object.keys(PAGES))('the page %s', (name) => {
  test.each(THEMES)('has nothing that axe finds, in %s', async (theme) => {
    const { page, context } = await open(placeOf(name), theme)
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
    const found = violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`,
    )
    await context.close()
    expect(found).toEqual([])
  })

  test('is walked with the keyboard alone: every control is reached, marked and in sight', async () => {
    const { page, context } = await open(placeOf(name), 'light')
    const { unreached, unmarked, hidden } = await walkByKeyboard(page)
    await context.close()
    expect({ unreached, unmarked, hidden }).toEqual({ unreached: [], unmarked: [], hidden: [] })
  })
})

test.skipIf(lacksBrowser())('no page complained, and none did what its policy forbids', () => {
  expect(house.complaints).toEqual([])
})
