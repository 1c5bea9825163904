import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const selectHead = loadSql(import.meta.url, 'sql/audit_seal_head.sql')
const findTorn = loadSql(import.meta.url, 'sql/audit_seal_find_torn.sql')

/** A place of the chain, as the table and the head file both know it. */
export interface Anchor {
  readonly position: bigint
  readonly hash: string
}

/** First line of the file, written once before the first row is sealed: a file that was deleted has it no more. */
export const HEADER = 'tillwatch audit chain 1'

const LINE = /^(\d+) ([0-9a-f]{64})$/

const parseLine = (line: string): Anchor | undefined => {
  const [, position, hash] = LINE.exec(line) ?? []
  return position && hash ? { position: BigInt(position), hash } : undefined
}

const lineOf = ({ position, hash }: Anchor): string => `${position} ${hash}\n`

const readText = async (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })

/** What the head file says: whether its first line is there, and line by line; undefined where one is torn or no anchor. */
export const readHeadFile = async (
  path: string,
): Promise<{ begun: boolean; anchors: (Anchor | undefined)[] }> => {
  const lines = (await readText(path)).split('\n').filter((line) => line !== '')
  const begun = lines[0] === HEADER
  return { begun, anchors: lines.slice(begun ? 1 : 0).map(parseLine) }
}

const append = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a', 0o600)
  try {
    await file.appendFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The last place of the chain, or undefined while it is empty. */
export const headOf = async (db: Db): Promise<Anchor | undefined> => db.first<Anchor>(selectHead)

/** Writes the chain's head behind the last line and waits until it is on the disk. A deleted file comes back without its first line. */
export const appendAnchor = async (path: string, anchor: Anchor): Promise<void> =>
  append(path, lineOf(anchor))

/**
 * Begins the file before the first row is sealed, and ends a line that a kill left torn. Answers false when the file is gone
 * although rows are sealed: it is never made again from the table, `tillwatch verify` reports it. Only under the sealer's lock.
 */
export const repairHeadFile = async (db: Db, path: string): Promise<boolean> => {
  const text = await readText(path)
  const end = text.lastIndexOf('\n') + 1
  const torn = text.slice(end)
  if (end === 0 && HEADER.startsWith(torn)) {
    if ((await headOf(db)) !== undefined) return false
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${HEADER}\n`, { mode: 0o600, flush: true })
    return true
  }
  if (torn === '') return true
  const last = parseLine(text.slice(0, end).trimEnd().split('\n').at(-1) ?? '')
  const meant = await db.first<Anchor>(findTorn, [last?.position ?? 0n, torn])
  await append(path, meant ? lineOf(meant).slice(torn.length) : '\n')
  return true
}
