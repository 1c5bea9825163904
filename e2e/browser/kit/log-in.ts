import type { Page } from 'playwright-core'

/** A demo account, with everything that its person knows or holds. */
export interface Account {
  readonly name: string
  readonly email: string
  readonly role: string
  readonly password: string
  /** The authenticator's code now; null for who needs none. */
  readonly code: string | null
  readonly pin: string | null
  readonly till_id: string | null
}

/** Logs in as a person does: e-mail and password, then the code. Ends on the page behind the door. */
export const logIn = async (page: Page, account: Account): Promise<void> => {
  await page.goto('/login')
  await page.getByLabel('E-mail', { exact: false }).fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.getByLabel('Six-digit code').fill(account.code ?? '')
  await page.getByRole('button', { name: 'Go on', exact: true }).click()
  await page.waitForURL((url) => url.pathname !== '/login')
}
