import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const listLinks = loadSql(import.meta.url, 'sql/certificates_list_links.sql')

/** One certificate of the chain, as the head file and the database both know it. */
export interface ChainLink {
  readonly seq: bigint
  readonly id: string
  readonly digest: string
}

/** A link as the database knows it. */
export interface StoredLink extends ChainLink {
  readonly previous_digest: string
  readonly run_id: string
}

const LINE = /^(\d+) (\S+) ([0-9a-f]{64})$/

const isNotThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** What the head file says, line by line; undefined where a line is torn or no link. An absent file is empty. */
export const readChainFile = async (path: string): Promise<(ChainLink | undefined)[]> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isNotThere(error)) return ''
    throw error
  })
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, seq, id, digest] = LINE.exec(line) ?? []
      return seq && id && digest ? { seq: BigInt(seq), id, digest } : undefined
    })
}

/** Appends links and waits until they are on the disk. */
export const appendChainFile = async (path: string, links: readonly ChainLink[]): Promise<void> => {
  if (links.length === 0) return
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a', 0o600)
  try {
    await file.appendFile(links.map(({ seq, id, digest }) => `${seq} ${id} ${digest}\n`).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Every link of the chain after `seq`, in order. */
export const readLinksAfter = async (db: Db, seq: bigint): Promise<StoredLink[]> =>
  db.rows<StoredLink>(listLinks, [seq])

/**
 * Writes what a kill between commit and file left out: the certificates of one run, when they follow the file's last link.
 * Anything else is left for `certify` to report. Answers how many lines were written. Only under the reconciler's lock.
 */
export const repairChainFile = async (db: Db, path: string): Promise<number> => {
  const lines = await readChainFile(path)
  const last = lines.at(-1)
  if (lines.length > 0 && last === undefined) return 0
  const missing = await readLinksAfter(db, last?.seq ?? 0n)
  const [first] = missing
  if (!first || new Set(missing.map(({ run_id }) => run_id)).size > 1) return 0
  if (last && first.previous_digest !== last.digest) return 0
  await appendChainFile(path, missing)
  return missing.length
}
