import axe from 'axe-core'
import { expect } from 'vitest'
import { walkByKeyboard } from './keyboard.ts'
import type { House, Visitor } from './open-house.ts'
import type { Place } from './places.ts'

/** Both looks of every page. */
export const THEMES = ['light', 'dark'] as const

/** WCAG 2.2 AA and what it builds on, and the good practice beside it. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** All rules run; of those that hold only the names are gathered, which saves half the time on a page with many rows. */
const OPTIONS: axe.RunOptions = {
  runOnly: { type: 'tag', values: RULES },
  resultTypes: ['violations'],
}

/** Opens a page as whoever works on it, and waits until it stands there. */
export const openPlace = async (house: House, { role, path }: Place): Promise<Visitor> => {
  const visitor = role === 'nobody' ? await house.stranger() : await house.as(role)
  await visitor.visit(path)
  await visitor.page.waitForLoadState('networkidle').catch(() => undefined)
  return visitor
}

/** Expects that axe finds nothing on the page in a theme. */
export const expectNoAxeFinding = async (
  { page }: Visitor,
  colorScheme: (typeof THEMES)[number],
): Promise<void> => {
  await page.emulateMedia({ colorScheme })
  // Colours go over into each other; axe measures those that they come to.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished))',
  )
  await page.evaluate(axe.source)
  const run = page.evaluate(`axe.run(document, ${JSON.stringify(OPTIONS)})`)
  const { violations } = (await run) as axe.AxeResults
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`,
  )
  expect(found).toEqual([])
}

/** Expects that the Tab key reaches every control of the page, and that each is marked and in sight when it has the focus. */
export const expectKeyboardWalk = async ({ page }: Visitor): Promise<void> => {
  const { unreached, unmarked, hidden } = await walkByKeyboard(page)
  expect({ unreached, unmarked, hidden }).toEqual({ unreached: [], unmarked: [], hidden: [] })
}
