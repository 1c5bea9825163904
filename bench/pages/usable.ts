import type { Page } from 'playwright-core'

/**
 * Milliseconds from the beginning of the navigation until the page stands there with what it was opened for: a heading, what was
 * asked of the platform, and nothing that is still loading. Runs in the browser, frame by frame.
 */
const USABLE = `() => new Promise((resolve) => {
  const look = (sinceMs) => {
    const heading = document.querySelector('main h1')
    const waits = document.querySelector('main .skeleton') !== null || (document.querySelector('main')?.innerText ?? '').includes('looking…')
    if (heading && !waits) resolve(sinceMs)
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})`

/** Opens a path and answers when it was usable, in milliseconds since the navigation began. */
export const timeToUsable = async (page: Page, path: string): Promise<number> => {
  await page.goto(path, { waitUntil: 'commit' })
  return page.evaluate(`(${USABLE})()`) as Promise<number>
}

/**
 * Presses what a selector finds and answers the milliseconds until the page shows that it was heard: its first change that has been
 * painted. Runs in the browser.
 */
const FEEDBACK = `(selector) => new Promise((resolve, reject) => {
  const target = document.querySelector(selector)
  if (!target) return reject(new Error('there is no ' + selector))
  const observer = new MutationObserver(() => {
    observer.disconnect()
    requestAnimationFrame(() => requestAnimationFrame((painted) => resolve(painted - from)))
  })
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
  const from = new Event('press').timeStamp
  target.click()
})`

/** Presses a link or a button and answers the milliseconds until the page showed that it was heard. */
export const timeToFeedback = async (page: Page, selector: string): Promise<number> =>
  page.evaluate(`(${FEEDBACK})(${JSON.stringify(selector)})`) as Promise<number>
