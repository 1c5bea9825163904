import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { GENESIS } from './publish/seal.ts'

const listLinks = loadSql(import.meta.url, 'sql/certificates_list_links.sql')

/** One certificate of the chain, as the head file and the database both know it. */
export interface ChainLink {
  readonly seq: bigint
  readonly id: string
  readonly digest: string
  /** The link of the chain of evidence; null on certificates of format 1. */
  readonly evidenceDigest: string | null
}

/** A link as the database knows it. */
export interface StoredLink extends ChainLink {
  readonly previous_digest: string
  readonly run_id: string
}

/** First line of the file, written once before the first certificate: a file that was deleted has it no more. */
export const HEADER = 'tillwatch certificate chain 1'

const LINE = /^(\d+) (\S+) ([0-9a-f]{64})(?: ([0-9a-f]{64}))?$/

/** What the head file says. */
export interface ChainFile {
  /** Undefined when there is no file, or it is empty. */
  readonly header: string | undefined
  /** Line by line; undefined where a line is torn or no link. */
  readonly links: readonly (ChainLink | undefined)[]
}

const parseLine = (line: string): ChainLink | undefined => {
  const [, seq, id, digest, evidenceDigest = null] = LINE.exec(line) ?? []
  return seq && id && digest ? { seq: BigInt(seq), id, digest, evidenceDigest } : undefined
}

/** A link as the line that the head file has of it. */
export const linkText = ({ seq, id, digest, evidenceDigest }: ChainLink): string =>
  [seq, id, digest, ...(evidenceDigest === null ? [] : [evidenceDigest])].join(' ')

const lineOf = (link: ChainLink): string => `${linkText(link)}\n`

const readText = async (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })

/** Reads the head file; an absent one is empty. Without its header every line counts as a link. */
export const readChainFile = async (path: string): Promise<ChainFile> => {
  const lines = ((await readText(path)) ?? '').split('\n').filter((line) => line !== '')
  const [first, ...rest] = lines
  if (first === undefined || parseLine(first)) return { header: undefined, links: lines.map(parseLine) }
  return { header: first, links: rest.map(parseLine) }
}

const append = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'a', 0o600)
  try {
    await file.appendFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Appends links and waits until they are on the disk. A file that was deleted comes back without its header and its past. */
export const appendChainFile = async (path: string, links: readonly ChainLink[]): Promise<void> => {
  if (links.length === 0) return
  await mkdir(dirname(path), { recursive: true })
  await append(path, links.map(lineOf).join(''))
}

/** Every link of the chain after `seq`, in order. */
export const readLinksAfter = async (db: Db, seq: bigint): Promise<StoredLink[]> =>
  (
    await db.rows<Omit<StoredLink, 'evidenceDigest'> & { evidence_digest: string | null }>(listLinks, [seq])
  ).map(({ evidence_digest: evidenceDigest, ...link }) => ({ ...link, evidenceDigest }))

/** What `repairChainFile` found: links written and of how many runs, or that the file is gone although there are certificates. */
export type Repaired = { readonly links: number; readonly runs: number } | 'gone'

const NOTHING_WRITTEN: Repaired = { links: 0, runs: 0 }

const begin = async (db: Db, path: string): Promise<Repaired> => {
  if ((await readLinksAfter(db, 0n)).length > 0) return 'gone'
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${HEADER}\n`, { mode: 0o600, flush: true })
  return NOTHING_WRITTEN
}

/** True when the links follow the one before them and each other without a hole. */
const follow = (
  before: Pick<ChainLink, 'seq' | 'digest'>,
  links: readonly Pick<StoredLink, 'seq' | 'digest' | 'previous_digest'>[],
): boolean =>
  links.every(({ seq, previous_digest: previous }, at) => {
    const last = at === 0 ? before : links[at - 1]
    return last?.digest === previous && last.seq + 1n === seq
  })

/**
 * Begins the head file before the first certificate, and writes what it lacks at its end: what a kill between commit and file, or
 * amid a line, left out, and the certificates of every run since an older copy of it was made that was put back. Lines
 * are only ever added, and only links that follow the file's last whole line without a hole. Anything else, a deleted file above
 * all, is left for `certify` to report. Only under the reconciler's lock.
 */
export const repairChainFile = async (db: Db, path: string): Promise<Repaired> => {
  const text = (await readText(path)) ?? ''
  const end = text.lastIndexOf('\n') + 1
  const torn = text.slice(end)
  if (end === 0 && HEADER.startsWith(torn)) return begin(db, path)
  const lastLine = text.slice(0, end).trimEnd().split('\n').at(-1) ?? ''
  const last = lastLine === HEADER ? { seq: 0n, digest: GENESIS } : parseLine(lastLine)
  if (last === undefined) return NOTHING_WRITTEN
  const missing = await readLinksAfter(db, last.seq)
  const expected = missing.map(lineOf).join('')
  if (missing.length === 0 || !follow(last, missing) || !expected.startsWith(torn)) return NOTHING_WRITTEN
  await append(path, expected.slice(torn.length))
  return { links: missing.length, runs: new Set(missing.map(({ run_id }) => run_id)).size }
}
