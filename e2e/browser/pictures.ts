import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { PAGES, type PageName } from '#core/contracts/pages.ts'
import type { RunningPlatform } from '../tillwatch.ts'
import { openBrowser } from './kit/browser.ts'
import { logIn, type Account } from './kit/log-in.ts'
import { findPlaces, type Place } from './kit/places.ts'

const { values } = parseArgs({
  options: { data: { type: 'string', default: 'data' }, out: { type: 'string', default: 'pictures' } },
})

const SIZES = [
  { width: 1_440, height: 900 },
  { width: 1_024, height: 768 },
] as const
const THEMES = ['light', 'dark'] as const
/** Charts and lists have come to rest by then. */
const REST_MS = 1_500

/** A platform that runs on a data folder. */
const findPlatform = async (data: string): Promise<RunningPlatform> => {
  const running = JSON.parse(await readFile(join(data, 'running.json'), 'utf8')) as {
    url: string
    sandboxUrl: string
  }
  return {
    ...running,
    pid: 0,
    printed: () => '',
    token: async (role) => (await readFile(join(data, 'tokens', role), 'utf8')).trim(),
    end: async () => null,
  }
}

const accountsOf = async (url: string): Promise<readonly Account[]> => {
  const response = await fetch(`${url}/payments/api/demo/accounts`)
  return ((await response.json()) as { data: readonly Account[] }).data
}

const sessions = new Map<
  string,
  Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>
>()

const sessionOf = async (browser: Browser, url: string, role: string) => {
  const known = sessions.get(role)
  if (known || role === 'nobody') return known
  const context = await browser.newContext({ baseURL: url })
  const page = await context.newPage()
  const account = (await accountsOf(url)).find((one) => one.role === role)
  if (!account) throw new Error(`nobody is ${role}`)
  await logIn(page, account)
  // The till's pictures are of a browser that is one.
  if (role === 'cashier')
    await page.evaluate(
      `fetch('/payments/api/demo/till-device', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ till_id: 'till_1' }) })`,
    )
  const state = await context.storageState()
  sessions.set(role, state)
  await context.close()
  return state
}

const takeAll = async (browser: Browser, url: string, { page: name, role, path }: Place): Promise<void> => {
  const storageState = await sessionOf(browser, url, role)
  for (const viewport of SIZES)
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({
        baseURL: url,
        viewport,
        colorScheme,
        ...(storageState ? { storageState } : {}),
      })
      const page = await context.newPage()
      await page.goto(path)
      await page.waitForTimeout(REST_MS)
      await page.screenshot({ path: join(values.out, `${name}-${viewport.width}-${colorScheme}.png`) })
      await context.close()
    }
}

const platform = await findPlatform(values.data)
await mkdir(values.out, { recursive: true })
const browser = await openBrowser()
try {
  const places = await findPlaces(platform)
  for (const place of places) await takeAll(browser, platform.url, place)
  process.stdout.write(
    `${places.length} of ${Object.keys(PAGES as Record<PageName, string>).length} pages, ${places.length * 4} pictures in ${values.out}\n`,
  )
} finally {
  await browser.close()
}
