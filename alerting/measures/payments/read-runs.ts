import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { before, oncePerEvaluation } from './scan.ts'

const listNewest = loadSql(import.meta.url, 'sql/attempts_list_newest.sql')

/** How far back attempts are looked at, milliseconds. */
export const RUN_MS = 15 * 60_000
/** Of a shop that is busier, its newest: a store that fails for good fills its share of them. */
const LOOKED_AT = 5_000

export interface NewestAttempt {
  readonly store: string
  readonly failed: boolean
  readonly customer: string
}

/** What a store's attempts ended with: how many failed since its last success, of how many customers. */
export interface FailureRunReading extends Reading {
  readonly attempts: number
  readonly failures: number
  readonly customers: number
}

/** Attempts of the last quarter of an hour, newest first, as they stand in Postgres. */
export const newestAttempts = oncePerEvaluation(async ({ db }: Deps, at: Date) =>
  db.rows<NewestAttempt>(listNewest, [before(at, RUN_MS), at, LOOKED_AT]),
)

/** The run of failures with which the attempts of `store` end. `newest` is newest first. */
export const runOf = (store: string, newest: readonly NewestAttempt[]): FailureRunReading => {
  const own = newest.filter((attempt) => attempt.store === store)
  const success = own.findIndex(({ failed }) => !failed)
  const run = success === -1 ? own : own.slice(0, success)
  return {
    labels: { store },
    attempts: own.length,
    failures: run.length,
    customers: new Set(run.map(({ customer }) => customer)).size,
  }
}

/** One reading per store of the shop, however quiet it is. */
export const failureRunsMeasure: Measure<FailureRunReading> = {
  name: 'failure_runs',
  from: 'postgres',
  read: async (deps, at) => {
    const newest = await newestAttempts(deps, at)
    const stores = new Set([...deps.shop.stores.map(({ id }) => id), ...newest.map(({ store }) => store)])
    return [...stores].map((store) => runOf(store, newest))
  },
}
