import { setTimeout as pause } from 'node:timers/promises'
import { loadSql } from '#core/postgres/sql.ts'
import { OWNER_LOCK_SPACE } from '../../ingest/payments/key-owner.ts'
import type { RunningPlatform } from '../tillwatch.ts'
import { connectAsOwner } from './database.ts'

const listOpen = loadSql(import.meta.url, 'sql/idempotency_key_list_open.sql')

/** A money call that stood open at the moment of a kill. */
export interface OpenCall {
  readonly path: string
  readonly recovery_point: string
  readonly payment_id: string
  readonly sale_id: string
  readonly amount: number
  readonly status: string
  /** What Stripe had made of it by then. */
  readonly at_stripe: 'charged' | 'nothing'
}

const HOUR_MS = 3_600_000

/** Sales of the last hour that Stripe has taken money for. */
const chargedSales = async (sandboxUrl: string): Promise<Record<string, number>> => {
  const clock = (await (await fetch(`${sandboxUrl}/_sandbox/clock`)).json()) as { now_ms: number }
  const answer = await fetch(`${sandboxUrl}/_sandbox/charges?from_ms=${clock.now_ms - HOUR_MS}`)
  return ((await answer.json()) as { by_sale: Record<string, number> }).by_sale
}

const TRIES_MAX = 4_000

/**
 * Ends the platform with SIGKILL while a card payment is open, and answers what was. It is held still with SIGSTOP while
 * the database, which goes on, is asked: what is open then is open at the kill. `waitMs` lets the next call get on its way.
 */
export const killWhileOpen = async (
  platform: RunningPlatform,
  data: string,
  waitMs: number,
): Promise<readonly OpenCall[]> => {
  const database = await connectAsOwner(data)
  try {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      process.kill(platform.pid, 'SIGSTOP')
      const { rows } = await database.query<Omit<OpenCall, 'at_stripe'>>(listOpen.text, [OWNER_LOCK_SPACE])
      if (rows.length > 0) {
        const charged = await chargedSales(platform.sandboxUrl)
        await platform.end('SIGKILL')
        return rows.map((row) => ({ ...row, at_stripe: row.sale_id in charged ? 'charged' : 'nothing' }))
      }
      process.kill(platform.pid, 'SIGCONT')
      await pause(1 + (waitMs % 7))
    }
  } finally {
    await database.end().catch(() => undefined)
  }
  throw new Error('no money call was ever open: the till does not sell')
}
