import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const isThere = (tool: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/**
 * True when a program that a test needs is not installed; it says so loudly, since what is skipped proves nothing. Only for programs
 * that npm cannot bring; `.ci/run` installs them, so that there every test runs.
 */
export const lacks = (...tools: string[]): boolean => {
  const missing = tools.filter((tool) => !isThere(tool))
  if (missing.length > 0) process.stderr.write(`SKIPPED: not installed: ${missing.join(', ')}\n`)
  return missing.length > 0
}
