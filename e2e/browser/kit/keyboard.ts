import type { Page } from 'playwright-core'

/** What came of walking a page with the Tab key alone. */
export interface Walk {
  /** Controls that can be seen and used, but that no Tab reaches. */
  readonly unreached: readonly string[]
  /** Controls that show nothing when they have the focus. */
  readonly unmarked: readonly string[]
  /** Controls that have the focus under the header. */
  readonly hidden: readonly string[]
  readonly stops: number
}

/**
 * Everything that a person may use: links, buttons, fields. Of radio buttons and options that arrow keys move through, one stop
 * stands for all. Runs in the browser.
 */
const LIST = `() => {
  const wanted = 'a[href], button:not(:disabled), input:not(:disabled):not([type=hidden]), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]'
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && element.getClientRects().length > 0
  const nameOf = (element) => {
    element.dataset.walk ??= String((window.walked = (window.walked ?? 0) + 1))
    return element.dataset.walk
  }
  const radios = new Set()
  return [...document.querySelectorAll(wanted)].filter(seen).filter((element) => {
    if (element.tabIndex < 0) return false
    if (element.type !== 'radio') return true
    const group = element.name
    if (radios.has(group)) return false
    radios.add(group)
    return true
  }).map((element) => ({
    key: nameOf(element),
    radio: element.type === 'radio' ? element.name : '',
    text: element.tagName.toLowerCase() + ' ' + (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40),
  }))
}`

/** Where the focus is, whether it is marked, and whether the header lies over it. Runs in the browser. */
const HERE = `() => {
  const element = document.activeElement
  if (!element || element === document.body) return null
  const style = getComputedStyle(element)
  const marked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
  const box = element.getBoundingClientRect()
  const header = document.querySelector('header.no-print')
  const inMain = element.closest('main') !== null
  const under = inMain && header !== null && getComputedStyle(header).position === 'sticky' && box.height < 400 && box.bottom <= header.getBoundingClientRect().bottom
  return {
    key: element.dataset.walk ?? '',
    radio: element.type === 'radio' ? element.name : '',
    marked,
    under,
    text: element.tagName.toLowerCase() + ' ' + (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40),
  }
}`

interface Control {
  readonly key: string
  readonly radio: string
  readonly text: string
}
type Here = (Control & { readonly marked: boolean; readonly under: boolean }) | null

/** More stops than any page of ours has; a walk that does not end is a trap. */
const STOPS_MAX = 600

/** Walks the page by Tab from its beginning until the focus leaves it. */
export const walkByKeyboard = async (page: Page): Promise<Walk> => {
  const ask = <T>(source: string): Promise<T> => page.evaluate(`(${source})()`) as Promise<T>
  const wanted = await ask<Control[]>(LIST)
  await page.evaluate('document.activeElement?.blur?.(); window.getSelection()?.removeAllRanges()')
  const visited: NonNullable<Here>[] = []
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    await page.keyboard.press('Tab')
    const here = await ask<Here>(HERE)
    if (here === null) break
    // A date field has stops of its own inside; whatever else comes again closes the circle.
    const isSame = here.key !== '' && visited.at(-1)?.key === here.key
    if (isSame) continue
    if (here.key !== '' && visited.some(({ key }) => key === here.key)) break
    visited.push(here)
  }
  const isReached = ({ key, radio }: Control): boolean =>
    visited.some((one) => one.key === key || (radio !== '' && one.radio === radio))
  return {
    unreached: wanted.filter((one) => !isReached(one)).map(({ text }) => text),
    unmarked: visited.filter(({ marked }) => !marked).map(({ text }) => text),
    hidden: visited.filter(({ under }) => under).map(({ text }) => text),
    stops: visited.length,
  }
}
