import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const NEVER = new Set(['.git', 'node_modules', 'data', 'dist', 'coverage'])

const walkFolder = (root: string, folder = ''): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (NEVER.has(entry.name) || entry.name.endsWith('.log')) return []
    return entry.isDirectory() ? walkFolder(root, path) : entry.isFile() ? [path] : []
  })

const listed = (root: string): string[] => {
  try {
    const output = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return output.split('\0').filter((path) => path !== '')
  } catch {
    // No git, or a copy without its history: what lies there is the repository.
    return walkFolder(root)
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** Text of every file that is or would be in the repository, by its path; what holds a zero byte is not text. */
export const readRepository = (root: string): Map<string, string> => {
  const files = new Map<string, string>()
  for (const path of new Set(listed(root))) {
    if (!isFile(join(root, path))) continue
    const text = readFileSync(join(root, path), 'utf8')
    if (!text.includes('\0')) files.set(path, text)
  }
  return files
}
