import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const isThere = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The first Chrome or Chromium of this machine, or undefined. */
export const findBrowser = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isThere)

/** True when there is no browser, said loudly: what is skipped proves nothing. `.ci/run` installs one. */
export const lacksBrowser = (): boolean => {
  const isMissing = findBrowser() === undefined
  if (isMissing) process.stderr.write('SKIPPED: no Chrome or Chromium is installed\n')
  return isMissing
}

/** Starts the browser. Throws where there is none. */
export const openBrowser = async (): Promise<Browser> => {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new Error('no Chrome or Chromium is installed')
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}
