import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { startPlatform, type RunningPlatform } from '../../tillwatch.ts'
import { openBrowser } from './browser.ts'
import { logIn, type Account } from './log-in.ts'

/** A person at a browser of their own. */
export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** Goes to a path of the platform and waits until its heading stands there. */
  visit(path: string): Promise<void>
}

/** A running platform, a browser, and people with accounts. */
export interface House {
  readonly platform: RunningPlatform
  readonly browser: Browser
  accounts(): Promise<readonly Account[]>
  /** A browser in which nobody is logged in. */
  stranger(options?: BrowserContextOptions): Promise<Visitor>
  /** Somebody of this role, logged in through the page; the same person's second browser shares the session. */
  as(role: string, options?: BrowserContextOptions): Promise<Visitor>
  /** What pages complained of: errors, and whatever the pages' policy forbade. Empty when all is well. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** What a browser says of its own accord about answers that a story provokes. */
const EXPECTED = /Failed to load resource|net::ERR_/

const listen = (page: Page, complaints: string[]): void => {
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text()))
      complaints.push(`${page.url()}: ${message.text()}`)
  })
}

/** Starts a platform with accounts and without the demo's sales, and a browser; `prepare` fills the data folder before. */
export const openHouse = async (
  prepare: (data: string) => Promise<void> = async () => undefined,
): Promise<House> => {
  const folder = await mkdtemp(join(tmpdir(), 'tillwatch-house-'))
  const data = join(folder, 'data')
  await prepare(data)
  const platform = await startPlatform(data, '--no-demo')
  const browser = await openBrowser()
  const complaints: string[] = []
  const sessions = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>()

  const open = async (options: BrowserContextOptions): Promise<Visitor> => {
    const context = await browser.newContext({
      baseURL: platform.url,
      viewport: { width: 1_440, height: 900 },
      ...options,
    })
    const page = await context.newPage()
    listen(page, complaints)
    const visit = async (path: string): Promise<void> => {
      await page.goto(path)
      await page.locator('main h1').first().waitFor()
    }
    return { page, context, visit }
  }

  const accounts = async (): Promise<readonly Account[]> => {
    const response = await fetch(`${platform.url}/payments/api/demo/accounts`)
    return ((await response.json()) as { data: readonly Account[] }).data
  }

  const as = async (role: string, options: BrowserContextOptions = {}): Promise<Visitor> => {
    const known = sessions.get(role)
    const visitor = await open({ ...options, ...(known ? { storageState: known } : {}) })
    if (known) return visitor
    const account = (await accounts()).find((one) => one.role === role)
    if (!account) throw new Error(`nobody is ${role} here`)
    await logIn(visitor.page, account)
    sessions.set(role, await visitor.context.storageState())
    return visitor
  }

  return {
    platform,
    browser,
    complaints,
    accounts,
    stranger: (options = {}) => open(options),
    as,
    close: async () => {
      await browser.close()
      await platform.end('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
