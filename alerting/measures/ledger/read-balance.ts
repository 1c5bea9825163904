import { invariant } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const readUnbalanced = loadSql(import.meta.url, 'sql/postings_read_unbalanced.sql')

/** Entries of this long are looked at each time: an id is made a moment before its commit. */
const RECENT_MS = 2 * 60_000
/** Postings of the slice: some 25 ms. At one slice each five seconds a million take four minutes, a hundred million seven hours. */
const SLICE_POSTINGS = 20_000

/** An entry that does not sum to zero in a currency. */
interface OffEntry {
  readonly entry: string
  readonly currency: string
  readonly amount: string
}

/** Where the walk through the whole ledger is, and what it has found. */
interface Walk {
  after: string
  /** True once every entry was looked at since this process began. */
  isWhole: boolean
  off: readonly OffEntry[]
}

/** Whether debits equal credits. */
export interface BalanceReading extends Reading {
  /** Distinct entries that are off; some of their ids. */
  readonly entries: number
  readonly samples: readonly string[]
  /** By how much, per currency, minor units. */
  readonly amounts: readonly { readonly currency: string; readonly amount: bigint }[]
  readonly isWhole: boolean
}

const walks = new WeakMap<object, Walk>()

const walkOf = (db: object): Walk => {
  const known = walks.get(db)
  if (known) return known
  const made: Walk = { after: '', isWhole: false, off: [] }
  walks.set(db, made)
  return made
}

/** The smallest id that an entry made at `at` can have. */
const firstIdAt = (at: Date): string =>
  newId(
    { clock: { now: () => at, isSteady: () => true }, random: { bytes: (size) => new Uint8Array(size) } },
    'journalEntry',
  )

const amountsOf = (off: readonly OffEntry[]): BalanceReading['amounts'] => {
  const sums = new Map<string, bigint>()
  for (const { currency, amount } of off) sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount))
  return [...sums].map(([currency, amount]) => ({ currency, amount }))
}

const step = async ({ db }: Pick<Deps, 'db'>, walk: Walk, at: Date): Promise<void> => {
  const recent = firstIdAt(new Date(at.getTime() - RECENT_MS))
  const known = walk.off.map(({ entry }) => entry)
  const params = [recent, walk.after, SLICE_POSTINGS, known]
  const row = await db.first<{ upto: string | null; off: readonly OffEntry[] }>(readUnbalanced, params)
  invariant(row, 'a statement without FROM answered no row')
  walk.off = row.off
  walk.isWhole ||= row.upto === null
  walk.after = row.upto ?? ''
}

/**
 * Whether every journal entry sums to zero per currency, so whether the whole ledger does: a sum over all postings is the sum over
 * entries, and an entry is looked at alone. Each time the entries of the last two minutes are summed, then the next slice of the whole
 * ledger, round and round, and again those found before, until they are right. So a new entry is known to be off at once, an old one that
 * was altered within a round, and the cost does not grow with the ledger. Always one reading.
 */
export const balanceMeasure: Measure<BalanceReading> = {
  name: 'ledger_balance',
  from: 'postgres',
  read: async ({ db, metrics, shop }, at) => {
    const walk = walkOf(db)
    const before = amountsOf(walk.off)
    await step({ db }, walk, at)
    const amounts = amountsOf(walk.off)
    for (const currency of [shop.account.currency, ...before.map((one) => one.currency)])
      metrics.ledgerImbalance.set({ currency }, 0)
    // Without sign: two entries that are off to both sides must not look like none.
    for (const { currency, amount } of walk.off)
      metrics.ledgerImbalance.inc({ currency }, Math.abs(Number(amount)))
    const entries = [...new Set(walk.off.map(({ entry }) => entry))]
    return [
      { labels: {}, entries: entries.length, samples: entries.slice(0, 5), amounts, isWhole: walk.isWhole },
    ]
  },
}
