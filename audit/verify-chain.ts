import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { explainBreak, type Place } from './explain-break.ts'
import { entryHash, GENESIS } from './entry-hash.ts'
import { readHeadFile, type Anchor } from './head-file.ts'
import { readUnsealed } from './seal-entries.ts'

const listPage = loadSql(import.meta.url, 'sql/audit_chain_page.sql')

const PAGE = 2_000
/** Of a chain that is broken everywhere nobody reads more. */
const FINDINGS_MAX = 20
/** Places around a break that are looked at to say what was done. */
const AROUND = 50

/** What is wrong with the chain, and where: the first place that does not hold. */
export interface ChainFinding {
  readonly position: bigint
  readonly what: string
}

/** What a look at the whole chain found. */
export interface ChainState {
  readonly checked: bigint
  readonly anchored: bigint
  readonly findings: readonly ChainFinding[]
}

type Row = { position: bigint; entry_id: string; hash: string; id: string | null } & Record<string, unknown>

const toPlace = ({ position, entry_id: entryId, hash, id, ...rest }: Row): Place => ({
  position,
  entryId,
  hash,
  entry: id === null ? null : ({ id, ...rest } as Place['entry']),
})

/** Places after `position`, each with its row. */
const readPlaces = async (db: Db, position: bigint, limit: number): Promise<Place[]> =>
  (await db.rows<Row>(listPage, [position, limit])).map(toPlace)

const explain = async (db: Db, place: Place): Promise<ChainFinding> => {
  const around = await readPlaces(db, place.position - BigInt(AROUND), 2 * AROUND)
  return explainBreak(place, around)
}

/** What the table alone says: places without gaps, each with its row, each hash over the one before. */
const walk = async (
  db: Db,
  tell: (finding: ChainFinding) => void,
  see: (place: Place) => void,
): Promise<bigint> => {
  let last: { position: bigint; hash: string | undefined } = { position: 0n, hash: GENESIS }
  for (;;) {
    const page = await readPlaces(db, last.position, PAGE)
    for (const place of page) {
      const gap = place.position !== last.position + 1n
      if (gap) tell({ position: last.position + 1n, what: `deleted: no place before ${place.position}` })
      const previous = gap ? undefined : last.hash
      if (place.entry === null)
        tell({ position: place.position, what: `deleted: row ${place.entryId} is gone` })
      else if (previous !== undefined && entryHash(previous, place.entry) !== place.hash)
        tell(await explain(db, place))
      see(place)
      last = { position: place.position, hash: place.hash }
    }
    if (page.length < PAGE) return last.position
  }
}

const missingAnchors = (anchors: readonly Anchor[], last: bigint): ChainFinding[] => {
  const ahead = anchors.filter(({ position }) => position > last)
  const furthest = ahead.at(-1)
  if (furthest === undefined) return []
  return [
    {
      position: last + 1n,
      what: `truncated: the head file knows places up to ${furthest.position}, the table ends at ${last}`,
    },
  ]
}

/** A chain that was computed anew from some row on holds in itself; its hashes are others than the file remembers. */
const checkAnchors = (
  { begun, anchors }: Awaited<ReturnType<typeof readHeadFile>>,
  hashes: ReadonlyMap<bigint, string>,
  last: bigint,
): ChainFinding[] => {
  const findings: ChainFinding[] = []
  if (!begun && last > 0n)
    findings.push({ position: 0n, what: 'the head file is gone or lost its first line; put its copy back' })
  if (anchors.includes(undefined))
    findings.push({
      position: 0n,
      what: `line ${anchors.indexOf(undefined) + 2} of the head file is no anchor`,
    })
  const known = anchors.filter((anchor) => anchor !== undefined)
  const wrong = known.findIndex(({ position, hash }) => (hashes.get(position) ?? hash) !== hash)
  const before = known[wrong - 1]?.position ?? 0n
  if (wrong >= 0)
    findings.push({
      position: before + 1n,
      what: `rewritten: place ${known[wrong]?.position} is not what the head file remembers, place ${before} still is`,
    })
  return [...findings, ...missingAnchors(known, last)]
}

const findUnsealed = async (db: Db): Promise<ChainFinding[]> => {
  const rows = await readUnsealed(db, 0n, PAGE)
  return rows.map(({ id }) => ({ position: 0n, what: `row ${id} has no place in the chain` }))
}

/**
 * Proves the audit chain from its first row: every place in order, its row unchanged, and the head file's anchors. Names the
 * exact place of each break (reliability.md P22, row 82). Rows of the last second have no place yet; `unsealed` is for when
 * nothing is written any more.
 */
export const verifyChain = async (
  { db, auditHeadFile }: Pick<Deps, 'db' | 'auditHeadFile'>,
  options: { readonly unsealed?: boolean } = {},
): Promise<ChainState> => {
  // The file first: a line is written only after its place, so that none can seem ahead of the table.
  const file = await readHeadFile(auditHeadFile)
  const anchoredAt = new Set(file.anchors.map((anchor) => anchor?.position))
  const hashes = new Map<bigint, string>()
  const findings: ChainFinding[] = []
  const tell = (finding: ChainFinding): void => {
    if (findings.length < FINDINGS_MAX) findings.push(finding)
  }
  const checked = await db.withTransaction(
    async (unit) =>
      walk(unit, tell, ({ position, hash }) => {
        if (anchoredAt.has(position)) hashes.set(position, hash)
      }),
    'REPEATABLE READ',
  )
  for (const finding of checkAnchors(file, hashes, checked)) tell(finding)
  if (options.unsealed) for (const finding of await findUnsealed(db)) tell(finding)
  const anchored = file.anchors.at(-1)?.position ?? 0n
  return { checked, anchored, findings }
}
