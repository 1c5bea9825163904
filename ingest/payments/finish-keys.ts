import type { RouteAnswer } from '#core/http/route-spec.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { finishKey } from './idempotency-keys.ts'
import type { KeptAnswer } from './payment-answer.ts'

const finishRows = loadSql(import.meta.url, '../sql/idempotency_key_finish_many.sql')

/** A key with the answer that it is to keep. */
export interface AnsweredKey {
  readonly key: string
  readonly answer: KeptAnswer
}

/**
 * `finishKey` for many different keys in one statement, in the caller's database transaction. Answers in the order given:
 * what was kept, which is another's answer where somebody else finished the key first.
 */
export const finishKeys = async (db: Db, keys: readonly AnsweredKey[], now: Date): Promise<RouteAnswer[]> => {
  if (keys.length === 0) return []
  const rows = keys.map(({ key, answer }) => ({
    key,
    status: answer.status,
    body: JSON.stringify(answer.body),
  }))
  const found = await db.rows<{ key: string }>(finishRows, [
    JSON.stringify(rows),
    now,
    keys.map(({ key }) => key),
  ])
  const finished = new Set(found.map(({ key }) => key))
  const answers: RouteAnswer[] = []
  for (const [index, { key, answer }] of keys.entries()) {
    const text = rows[index]?.body ?? ''
    // Rare: it reads the kept answer, since there is nothing left to finish.
    answers.push(finished.has(key) ? { status: answer.status, text } : await finishKey(db, key, answer, now))
  }
  return answers
}
