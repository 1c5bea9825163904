import type { Database, Db } from '#core/postgres/db.ts'
import type { Sql } from '#core/postgres/sql.ts'
import type Stripe from 'stripe'
import { shuffled } from './plan.ts'

/** Where a process is killed: after a statement or an answer of Stripe's, or around the commit of a publication. */
export const PLACES = [
  'claimed: sql run_claim_next',
  'scope read: sql activity_first_date',
  'balance read before the rows: stripe /v1/balance',
  'balance staged: sql reconciliation_page_insert',
  'first page of rows: stripe /v1/balance_transactions?',
  'third page of rows: stripe /v1/balance_transactions? #3',
  'page staged: sql reconciliation_page_insert #3',
  'balance read after the rows: stripe /v1/balance #2',
  'list of payouts: stripe /v1/payouts?',
  "page of a payout's rows: stripe payout=po_",
  'first object healed: sql webhook_event_insert',
  'second object healed: sql webhook_event_insert #2',
  'inbox drained: sql inbox_count_open #2',
  'object of a movement asked for: stripe /v1/charges/ch_ghost',
  'mirror written: sql balance_transactions_insert',
  'payouts remembered: sql payout_checks_upsert',
  'pairings written: sql pairings_insert',
  'exceptions written: sql exceptions_upsert',
  'certificates written: sql certificates_insert',
  'rows of certificates written: sql certificate_rows_insert',
  'run finished, not committed: before commit',
  'committed, head not written: after commit',
  'head written, nothing said: sql exceptions_count_open',
] as const
export type Place = (typeof PLACES)[number]

/** A kill at a place, the first time that it is met from a night on. */
export interface Kill {
  readonly place: Place
  readonly fromNight: number
}

/** Kills at all `places` in an order that the seed draws, spread over the nights from the first on. */
export const drawKills = (places: readonly Place[], nights: number, seed: number): Kill[] =>
  shuffled(places, seed).map((place, at) => ({
    place,
    // The last third is left for places that not every night has.
    fromNight: Math.floor((at * nights * 2) / (3 * places.length)),
  }))

interface Trap {
  readonly what: 'sql' | 'stripe' | 'before' | 'after'
  readonly text: string
  readonly nth: number
}

const trapOf = (place: string): Trap => {
  const [, rest = ''] = place.split(': ')
  const [what = '', text = '', nth] = rest.split(' ')
  return { what: what as Trap['what'], text, nth: nth === undefined ? 1 : Number(nth.slice(1)) }
}

/** Ends the process at a place, as a power cut would: nothing after it runs. */
const createTrap = (place: Place, isArmed: () => boolean) => {
  const { what, text, nth } = trapOf(place)
  let met = 0
  const spring = (): void => {
    if (!isArmed()) return
    met += 1
    if (met === nth) process.kill(process.pid, 'SIGKILL')
  }
  return {
    isFor: (kind: Trap['what']) => kind === what,
    statement: (sql: Sql | string) => {
      if (what === 'sql' && typeof sql !== 'string' && sql.name === text) spring()
    },
    answer: (path: string) => {
      if (what === 'stripe' && (text === '/v1/balance' ? path === text : path.includes(text))) spring()
    },
    spring,
  }
}

const wrapDb = (db: Db, trap: ReturnType<typeof createTrap>): Db => ({
  rows: async (sql, params) => {
    const rows = await db.rows<never>(sql, params)
    trap.statement(sql)
    return rows
  },
  first: async (sql, params) => {
    const row = await db.first<never>(sql, params)
    trap.statement(sql)
    return row
  },
  run: async (sql, params) => {
    const count = await db.run(sql, params)
    trap.statement(sql)
    return count
  },
  afterCommit: (tell) => db.afterCommit(tell),
})

/** The database and Stripe's client of a process that dies at `place`, once it is armed. */
export const armed = (place: Place, database: Database, stripe: Stripe, isArmed: () => boolean): Database => {
  const trap = createTrap(place, isArmed)
  stripe.on('response', (answer: { readonly path: string }) => trap.answer(answer.path))
  return {
    ...wrapDb(database, trap),
    pool: database.pool,
    close: () => database.close(),
    withTransaction: async (work, isolation) => {
      const result = await database.withTransaction(async (db) => {
        const done = await work(wrapDb(db, trap))
        if (trap.isFor('before') && isolation === 'REPEATABLE READ') trap.spring()
        return done
      }, isolation)
      if (trap.isFor('after') && isolation === 'REPEATABLE READ') trap.spring()
      return result
    },
  }
}
