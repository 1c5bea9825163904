import { readFileSync } from 'node:fs'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { within } from './within.ts'

const groupSql = readFileSync(new URL('sql/attempts_group_bad.sql', import.meta.url), 'utf8')
const listSql = readFileSync(new URL('sql/attempts_list_bad.sql', import.meta.url), 'utf8')
const groupRecorded = loadSql(import.meta.url, 'sql/attempts_group_recorded.sql')
const listRecorded = loadSql(import.meta.url, 'sql/attempts_list_recorded.sql')

/** Attempts looked at one by one for lost sales and readers; an incident of more is large enough without the rest. */
const LIST_MAX = 5_000
/** Half of the notice's time: the other half is for Postgres. */
const CLICKHOUSE_MS = 1_000

/** Which attempts are asked for. `slowMs` 0: failed ones; else those that took longer. Empty names: all. */
export interface AttemptsQuestion {
  readonly from: Date
  readonly to: Date
  readonly store: string
  readonly method: string
  readonly code: string
  readonly slowMs: number
  /** Failure classes; none: all. */
  readonly classes: readonly string[]
}

export interface AttemptGroup {
  readonly store_id: string
  readonly till_id: string
  readonly failure_class: string
  readonly decline_code: string
  readonly attempts: number
}

export interface BadAttempt {
  readonly payment_id: string
  readonly sale_id: string
  readonly store_id: string
  readonly till_id: string
  readonly currency: string
  readonly amount: string
  readonly failure_class: string
  readonly decline_code: string
  readonly latency_ms: number
  readonly at_ms: bigint | number | string
}

export interface BadAttempts {
  readonly groups: readonly AttemptGroup[]
  /** Newest first, one per payment. */
  readonly list: readonly BadAttempt[]
}

const clickhouseTime = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '')

const fromClickHouse = async ({ clickhouse }: Deps, asked: AttemptsQuestion): Promise<BadAttempts> => {
  const { from, to, store, method, code, classes, slowMs } = asked
  const params = {
    store,
    method,
    code,
    classes,
    slow_ms: slowMs,
    from: clickhouseTime(from),
    to: clickhouseTime(to),
  }
  const [groups, list] = await Promise.all([
    clickhouse.rows<AttemptGroup>(groupSql, params),
    clickhouse.rows<BadAttempt>(listSql, { ...params, limit: LIST_MAX }),
  ])
  return { groups, list }
}

const fromPostgres = async ({ db }: Deps, asked: AttemptsQuestion): Promise<BadAttempts> => {
  const { from, to, store, method, code, classes, slowMs } = asked
  const params = [from, to, store, method, code, classes, slowMs]
  const [groups, list] = await Promise.all([
    db.rows<AttemptGroup>(groupRecorded, params),
    db.rows<BadAttempt>(listRecorded, [...params, LIST_MAX]),
  ])
  return { groups, list }
}

/** Bad attempts of a window: from ClickHouse, or from Postgres when ClickHouse does not answer in time. */
export const readAttempts = async (deps: Deps, asked: AttemptsQuestion): Promise<BadAttempts> => {
  try {
    return await within(deps.env, CLICKHOUSE_MS, fromClickHouse(deps, asked))
  } catch (error) {
    deps.log.warn({ err: error }, 'an alert is explained from Postgres')
    return fromPostgres(deps, asked)
  }
}
