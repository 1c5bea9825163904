import type { Page } from 'playwright-core'

/** A story, told in steps; each has a name and is counted, so that the story's length is a published figure. */
export interface Story {
  /** Does one step. What goes wrong in it says which it was. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>
  /** `cashier: 12 steps` and their names. */
  report(): string
}

/** As much of a page as says what a person saw. */
const SEEN_CHARS = 1_500

const seenOn = async (page: Page | undefined): Promise<string> => {
  if (page === undefined) return ''
  const text = await page
    .locator('body')
    .innerText()
    .catch(() => 'nothing')
  return `\n${page.url()} shows:\n${text.slice(0, SEEN_CHARS)}`
}

/** Begins a story of a role; when a step fails, it is told what `look` shows then. */
export const tellStory = (role: string, look?: () => Page): Story => {
  const done: string[] = []
  return {
    step: async (name, work) => {
      try {
        const result = await work()
        done.push(name)
        return result
      } catch (error) {
        throw new Error(`${role}, step ${done.length + 1}: ${name}${await seenOn(look?.())}`, {
          cause: error,
        })
      }
    },
    report: () =>
      [`${role}: ${done.length} steps`, ...done.map((name, at) => `  ${at + 1}. ${name}`)].join('\n'),
  }
}
