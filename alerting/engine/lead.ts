import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Engine, SeenLease } from './engine.ts'

const select = loadSql(import.meta.url, 'sql/lease_select.sql')
const create = loadSql(import.meta.url, 'sql/lease_create.sql')
const take = loadSql(import.meta.url, 'sql/lease_take.sql')
const beatOn = loadSql(import.meta.url, 'sql/lease_beat.sql')
const release = loadSql(import.meta.url, 'sql/lease_release.sql')

const LEASE = 'evaluate'

/** A leader that has not beaten for this long of the watcher's machine time hangs or is dead; three ticks. */
export const LEASE_MS = 15_000

/** Thrown inside the commit of a leader that leads no more: all of it is rolled back. */
export class LeaseLost extends Error {
  constructor() {
    super('another process leads now; what this one decided is void')
    this.name = 'LeaseLost'
  }
}

interface LeaseRow {
  readonly holder: string
  readonly term: bigint
  readonly beat: bigint
  readonly clock_at: Date | null
}

/** For people who look at the row; nothing is decided by it, for a clock may be wrong. */
const untilOf = (at: Date): Date => new Date(at.getTime() + LEASE_MS)

/** What the row says now, and since when by our own machine time. */
const watch = (engine: Engine, row: LeaseRow): SeenLease => {
  const { memory, deps } = engine
  const before = memory.lease
  if (before !== null && before.term === row.term && before.beat === row.beat) return before
  const sinceMs = deps.env.machine.nowMs()
  const { term, beat, clock_at: clockAt } = row
  // Seen to change between two looks: the beat is at most as old as the look before. A first sight may be of any age.
  const lateMs = before === null ? null : LEASE_MS
  memory.lease = { term, beat, clockAt, sinceMs, lateMs }
  return memory.lease
}

const takeFrom = async (engine: Engine, row: LeaseRow, at: Date): Promise<boolean> => {
  const { deps, memory, me } = engine
  const params = [LEASE, me, row.term, row.beat, at, untilOf(at)]
  if ((await deps.db.run(take, params)) === 0) return false
  memory.term = row.term + 1n
  deps.log.info({ engine: me, term: Number(memory.term), from: row.holder }, 'leads the alerting now')
  return true
}

const createLease = async (engine: Engine, at: Date): Promise<boolean> => {
  const { deps, memory, me } = engine
  if ((await deps.db.run(create, [LEASE, me, at, untilOf(at)])) === 0) return false
  memory.term = 1n
  deps.log.info({ engine: me, term: 1 }, 'leads the alerting now')
  return true
}

/**
 * True when this process is the one that evaluates. Another one's lease is taken when its beat has stood still for `LEASE_MS`
 * of our own machine time, or when it let go: clocks that step, on whichever machine, neither end a lease nor keep a dead one.
 */
export const takeLead = async (engine: Engine, at: Date): Promise<boolean> => {
  const { deps, memory, me } = engine
  const row = await deps.db.first<LeaseRow>(select, [LEASE])
  if (row === undefined) return createLease(engine, at)
  if (row.holder === me && row.term === memory.term) return true
  memory.term = null
  const seen = watch(engine, row)
  const isFree = row.holder === '' || deps.env.machine.nowMs() - seen.sinceMs >= LEASE_MS
  return isFree && takeFrom(engine, row, at)
}

/** The fence: first statement of the leader's commit. Throws `LeaseLost` when somebody else has taken the lease. */
export const beat = async (engine: Engine, db: Db, at: Date, atMs: number): Promise<SeenLease> => {
  const { term } = engine.memory
  const row =
    term === null
      ? undefined
      : await db.first<{ beat: bigint }>(beatOn, [LEASE, engine.me, term, at, untilOf(at)])
  if (row === undefined || term === null) throw new LeaseLost()
  return { term, beat: row.beat, clockAt: at, sinceMs: atMs, lateMs: 0 }
}

/** Lets go of the lease, so that another process need not wait for it; nothing when it is not ours. */
export const letGo = async ({ deps, memory, me }: Engine): Promise<void> => {
  if (memory.term === null) return
  await deps.db.run(release, [LEASE, me, memory.term])
  memory.term = null
}
