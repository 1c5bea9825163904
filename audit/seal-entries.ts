import type { Database, Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { entryHash, GENESIS, type SealedEntry } from './entry-hash.ts'
import { appendAnchor, headOf, repairHeadFile } from './head-file.ts'

const tryLock = loadSql(import.meta.url, 'sql/audit_lock_try.sql')
const listUnsealed = loadSql(import.meta.url, 'sql/audit_entry_list_unsealed.sql')
const insertSeals = loadSql(import.meta.url, 'sql/audit_seal_insert_many.sql')

/** Advisory lock of the sealer: the chain and its head file have one writer in the whole installation. */
export const SEALER_LOCK = 7_305_020

const BATCH = 1_000

/** Up to `limit` rows after number `afterSeq` that have no place in the chain, in the order of writing. */
export const readUnsealed = async (
  db: Db,
  afterSeq: bigint,
  limit: number,
): Promise<(SealedEntry & { seq: bigint })[]> =>
  db.rows<SealedEntry & { seq: bigint }>(listUnsealed, [afterSeq, limit])

/** Does `work` as the one sealer; undefined, and nothing done, while another process is at it. */
const asSealer = async <T>(db: Database, work: (unit: Db) => Promise<T>): Promise<T | undefined> =>
  db.withTransaction(async (unit) => {
    const lock = await unit.first<{ ours: boolean }>(tryLock, [SEALER_LOCK])
    return lock?.ours === true ? work(unit) : undefined
  })

/** What a batch was: how many rows, when the oldest of them was written, and the last one's number. */
export interface Sealed {
  readonly count: number
  readonly oldest: Date | undefined
  readonly lastSeq: bigint
}

const sealIn = async (db: Db, afterSeq: bigint): Promise<Sealed> => {
  const entries = await readUnsealed(db, afterSeq, BATCH)
  const head = entries.length === 0 ? undefined : await headOf(db)
  let { position, hash } = head ?? { position: 0n, hash: GENESIS }
  const positions: bigint[] = []
  const hashes: string[] = []
  for (const entry of entries) {
    position += 1n
    hash = entryHash(hash, entry)
    positions.push(position)
    hashes.push(hash)
  }
  if (entries.length > 0) await db.run(insertSeals, [positions, entries.map(({ id }) => id), hashes])
  return { count: entries.length, oldest: entries[0]?.at, lastSeq: entries.at(-1)?.seq ?? afterSeq }
}

/**
 * Gives up to 1,000 rows that have none a place in the chain, in the order of writing. `afterSeq` spares the look at older rows,
 * all of which have theirs. Undefined while another process seals.
 */
export const sealBatch = async (db: Database, afterSeq = 0n): Promise<Sealed | undefined> =>
  asSealer(db, async (unit) => sealIn(unit, afterSeq))

/** Seals everything that there is. */
export const sealAll = async (db: Database, afterSeq = 0n): Promise<Sealed | undefined> => {
  let sum: Sealed = { count: 0, oldest: undefined, lastSeq: afterSeq }
  for (;;) {
    const batch = await sealBatch(db, afterSeq)
    if (batch === undefined) return undefined
    sum = {
      count: sum.count + batch.count,
      oldest: sum.oldest ?? batch.oldest,
      lastSeq: batch.lastSeq > sum.lastSeq ? batch.lastSeq : sum.lastSeq,
    }
    if (batch.count < BATCH) return sum
  }
}

/**
 * Writes the head of the chain to its file, when it is another than `known`. Answers the position that the file now stands at;
 * undefined while another process seals or the chain is empty.
 */
export const anchorHead = async (db: Database, path: string, known: bigint): Promise<bigint | undefined> =>
  asSealer(db, async (unit) => {
    const head = await headOf(unit)
    if (head && head.position > known) await appendAnchor(path, head)
    return head?.position
  })

/** Makes the head file ready before the first seal; see `repairHeadFile`. Undefined while another process seals. */
export const openHeadFile = async (db: Database, path: string): Promise<boolean | undefined> =>
  asSealer(db, async (unit) => repairHeadFile(unit, path))
