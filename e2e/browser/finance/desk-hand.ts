import type { Page } from 'playwright-core'
import { call, type RunningPlatform } from '../../tillwatch.ts'

/** An exception as the API lists it; what a story compares pages with. */
export interface Listed {
  readonly id: string
  readonly category: string
  readonly status: string
  readonly object: string
  readonly owner: string | null
  readonly resolution: string | null
  readonly approval: unknown
  readonly difference: number
  readonly value: number
  readonly version: number
}

/** The exceptions of a filter as the API has them, and their count. */
export const exceptionsOf = async (
  platform: RunningPlatform,
  query: string,
): Promise<{ readonly data: readonly Listed[]; readonly count: number; readonly value_at_risk: unknown }> =>
  (await call(platform, 'finance', 'GET', `/reconciliation/exceptions?limit=100&${query}`)).body as never

/** An exception as it is now. */
export const exceptionById = async (platform: RunningPlatform, id: string | undefined): Promise<Listed> => {
  const { data } = await exceptionsOf(platform, `q=${id}`)
  const one = data.find((listed) => listed.id === id)
  if (!one) throw new Error(`there is no exception ${id}`)
  return one
}

/** How to resolve one: what is chosen in the dialog. */
export interface Resolution {
  readonly way: RegExp
  readonly reason: string
  readonly note?: string
  readonly account?: string
}

/** Fills the dialog that resolves, which is open or about to, and waits for the platform's word. */
export const fillResolution = async (
  page: Page,
  { way, reason, note, account }: Resolution,
): Promise<void> => {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(way).check()
  await dialog.getByLabel('Reason').selectOption(reason)
  if (account !== undefined) await dialog.getByLabel('Account', { exact: true }).selectOption(account)
  if (note !== undefined) await dialog.getByLabel(/^Note/).fill(note)
  await dialog.getByRole('button', { name: /^(?:Resolve|Ask for it)$/ }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Opens the dialog and resolves the exception on the page. */
export const resolveOnPage = async (page: Page, resolution: Resolution): Promise<void> => {
  await page.getByRole('button', { name: 'Resolve…' }).click()
  await fillResolution(page, resolution)
}

/** Reconciles dates through the dialog, and waits on the run's page until it is done. */
export const runOnPage = async (page: Page, from: string, to: string): Promise<string> => {
  await page.goto('/reconciliation')
  await page.getByRole('button', { name: 'Start a run' }).click()
  await page.getByLabel('From', { exact: true }).fill(from)
  await page.getByLabel('To', { exact: true }).fill(to)
  await page.getByRole('button', { name: 'Reconcile', exact: true }).click()
  await page.waitForURL(/\/reconciliation\/runs\/run_/)
  await page.getByText('succeeded').waitFor()
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}
