import { addDays, endOfBusinessDate } from '#core/business-date.ts'
import type { Env } from '#core/env.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Shop } from '#core/shop.ts'
import type { Scope } from '../scope.ts'

const listOpenings = loadSql(import.meta.url, '../sql/openings_list.sql')

/** What Stripe held before the first certificate, by JSON pair of currency and balance type; minor units. */
export type Openings = ReadonlyMap<string, bigint>

interface Posted {
  readonly currency: string
  readonly balance_type: string
  readonly amount: bigint
  readonly revision: number
}

const keyOf = (currency: string, balanceType: string): string => JSON.stringify([currency, balanceType])

/** The openings as they are posted on `stripe:balance` against `equity:opening`. */
export const readOpenings = async (db: Db): Promise<Openings> => {
  const rows = await db.rows<Posted>(listOpenings)
  return new Map(rows.map((row) => [keyOf(row.currency, row.balance_type), row.amount]))
}

/**
 * Brings the ledger to the openings that finance stated in shop.yaml: what Stripe held before the first business date. A
 * changed statement is posted as the difference, one revision later; nothing is ever guessed from Stripe's balance, so money
 * that is missing or too much cannot hide in an opening (docs/certificates.md).
 */
export const postOpenings = async (
  env: Env,
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'account' | 'opening_balances'>,
  firstDate: string,
): Promise<Openings> => {
  const rows = await db.rows<Posted>(listOpenings)
  const posted = new Map(rows.map((row) => [keyOf(row.currency, row.balance_type), row]))
  const stated = new Map(
    shop.opening_balances.map((one) => [keyOf(one.currency, one.balance_type), BigInt(one.amount)]),
  )
  const before = addDays(firstDate, -1)
  for (const place of new Set([...posted.keys(), ...stated.keys()])) {
    const [currency, balanceType] = JSON.parse(place) as [string, string]
    const difference = (stated.get(place) ?? 0n) - (posted.get(place)?.amount ?? 0n)
    if (difference === 0n) continue
    await postEntry(env, db, {
      kind: 'opening',
      sourceId: `opening:${currency}:${balanceType}`,
      revision: (posted.get(place)?.revision ?? 0) + 1,
      occurredAt: endOfBusinessDate(before, shop.account.zone),
      businessDate: before,
      cause: { kind: 'run', id: scope.run.id },
      postings: [
        { account: 'stripe:balance', object: balanceType, currency, amountMinor: difference },
        { account: 'equity:opening', object: balanceType, currency, amountMinor: -difference },
      ],
    })
  }
  return new Map([...stated].filter(([, amount]) => amount !== 0n))
}
