import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const THEMES = ['light', 'dark'] as const

/** Photographs each page in both themes beside it; returns what was written, nothing where there is no browser. */
export const takePictures = async (folder: string, uids: readonly string[]): Promise<string[]> => {
  const executablePath = BROWSERS.find((path) => existsSync(path))
  if (executablePath === undefined) return []
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const written: string[] = []
  try {
    const tab = await browser.newPage({ viewport: { width: 1_520, height: 900 } })
    for (const uid of uids)
      for (const theme of THEMES) {
        await tab.goto(`${pathToFileURL(join(folder, `${uid}.html`)).href}?theme=${theme}`)
        const path = join(folder, `${uid}-${theme}.png`)
        await tab.screenshot({ path, fullPage: true })
        written.push(path)
      }
  } finally {
    await browser.close()
  }
  return written
}
