import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const UI = fileURLToPath(new URL('..', import.meta.url))
/** Folder that the built pages are in. */
export const UI_DIST = join(UI, 'dist')
const STAMP = 'built-from'
/** What the pages are made of, besides the packages that the lock file names. */
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', '../core/contracts', '../package-lock.json']

const filesBelow = async (path: string): Promise<string[]> => {
  try {
    const found = await readdir(path, { recursive: true, withFileTypes: true })
    return found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path]
    throw error
  }
}

/** One digest over every source of the pages: names and contents. */
const digestSources = async (): Promise<string> => {
  const paths = (await Promise.all(SOURCES.map((source) => filesBelow(join(UI, source))))).flat().toSorted()
  const hash = createHash('sha256')
  for (const path of paths) hash.update(`${relative(UI, path)}\0`).update(await readFile(path))
  return hash.digest('hex')
}

/** An image holds the built pages without their sources. */
const isDelivered = async (): Promise<boolean> => {
  const entries = await readdir(UI)
  return !entries.includes('src')
}

const isFresh = async (digest: string): Promise<boolean> => {
  const stamp = await readFile(join(UI_DIST, STAMP), 'utf8').catch(() => '')
  return stamp === digest
}

/**
 * Builds the pages into ui/dist unless what is there was built from the same sources. The new build takes the old one's place
 * at once, so that a platform that starts meanwhile finds one of the two whole. Throws when the build fails.
 */
export const buildUi = async ({ force = false } = {}): Promise<'built' | 'fresh'> => {
  if (await isDelivered()) return 'fresh'
  const digest = await digestSources()
  if (!force && (await isFresh(digest))) return 'fresh'
  const { build } = await import('vite')
  const made = await mkdtemp(join(UI, '.build-'))
  try {
    const configFile = join(UI, 'vite.config.ts')
    await build({ root: UI, configFile, logLevel: 'warn', build: { outDir: join(made, 'dist') } })
    await writeFile(join(made, 'dist', STAMP), digest)
    await rename(UI_DIST, join(made, 'old')).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    await rename(join(made, 'dist'), UI_DIST).catch((error: NodeJS.ErrnoException) => {
      // Two builds of the same sources at once: the other was first, and made the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  return 'built'
}
