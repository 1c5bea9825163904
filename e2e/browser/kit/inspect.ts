import { AxeBuilder } from '@axe-core/playwright'
import { expect } from 'vitest'
import { walkByKeyboard } from './keyboard.ts'
import type { House, Visitor } from './open-house.ts'
import type { Place } from './places.ts'

/** Both looks of every page. */
export const THEMES = ['light', 'dark'] as const

/** WCAG 2.2 AA and what it builds on, and the good practice beside it. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const open = async (house: House, { role, path }: Place, colorScheme: 'light' | 'dark'): Promise<Visitor> => {
  const options = { colorScheme }
  const visitor = role === 'nobody' ? await house.stranger(options) : await house.as(role, options)
  await visitor.visit(path)
  await visitor.page.waitForLoadState('networkidle').catch(() => undefined)
  return visitor
}

/** Expects that axe finds nothing on a page in a theme. */
export const expectNoAxeFinding = async (
  house: House,
  place: Place,
  theme: (typeof THEMES)[number],
): Promise<void> => {
  const { page, context } = await open(house, place, theme)
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`,
  )
  await context.close()
  expect(found).toEqual([])
}

/** Expects that the Tab key reaches every control of a page, and that each is marked and in sight when it has the focus. */
export const expectKeyboardWalk = async (house: House, place: Place): Promise<void> => {
  const { page, context } = await open(house, place, 'light')
  const { unreached, unmarked, hidden } = await walkByKeyboard(page)
  await context.close()
  expect({ unreached, unmarked, hidden }).toEqual({ unreached: [], unmarked: [], hidden: [] })
}
