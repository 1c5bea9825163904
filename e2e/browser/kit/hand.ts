import type { Page } from 'playwright-core'

/** What a person does on a page, by the names that they read there. */
export interface Hand {
  /** Presses the first button of this name; in the dialog when one is open. */
  press(name: string | RegExp): Promise<void>
  /** Follows the first link of this name. */
  follow(name: string | RegExp): Promise<void>
  fill(label: string, text: string): Promise<void>
  choose(label: string, option: string): Promise<void>
  /** Waits until this stands somewhere on the page. */
  see(text: string | RegExp): Promise<void>
  /** Waits until this stands nowhere on the page. */
  miss(text: string | RegExp): Promise<void>
  /** The text of the first row of a table that holds this, once there is one. */
  row(text: string | RegExp): Promise<string>
}

/** The hand of whoever sits before this page. */
export const handOf = (page: Page): Hand => {
  const isExact = (name: string | RegExp): boolean => typeof name === 'string'
  const top = async () => {
    const dialog = page.locator('dialog[open]').last()
    return (await dialog.count()) > 0 ? dialog : page.locator('body')
  }
  return {
    press: async (name) =>
      (await top())
        .getByRole('button', { name, exact: isExact(name) })
        .first()
        .click(),
    follow: async (name) =>
      page
        .getByRole('link', { name, exact: isExact(name) })
        .first()
        .click(),
    fill: async (label, text) => (await top()).getByLabel(label, { exact: true }).first().fill(text),
    choose: async (label, option) =>
      void (await (await top()).getByLabel(label, { exact: true }).first().selectOption(option)),
    see: async (text) => page.getByText(text).locator('visible=true').first().waitFor(),
    miss: async (text) => page.getByText(text).locator('visible=true').first().waitFor({ state: 'hidden' }),
    row: async (text) => page.locator('tbody tr').filter({ hasText: text }).first().innerText(),
  }
}
