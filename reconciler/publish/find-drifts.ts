import { addDays } from '#core/business-date.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Shop } from '#core/shop.ts'
import { carryDrifts, type Drift } from '../domain/balance-drift.ts'
import { classifyBalance } from '../domain/balance-rules.ts'
import type { Finding } from '../domain/classify.ts'
import type { Pulled } from '../pull/pull.ts'
import { netSince, type BalanceRead } from '../pull/pull-rows.ts'
import { PAYMENTS, type Scope } from '../scope.ts'
import { readOpenings } from './post-openings.ts'

const listDrifts = loadSql(import.meta.url, '../sql/balance_drifts_list.sql')
const upsertDrifts = loadSql(import.meta.url, '../sql/balance_drifts_upsert.sql')
const listClosings = loadSql(import.meta.url, '../sql/closings_list.sql')

interface StoredDrift extends Drift {
  readonly currency: string
}

/** What rows and openings explain at the end of `date`, by currency. */
const readClosings = async (
  db: Db,
  scope: Scope,
  date: string,
  shop: Pick<Shop, 'opening_balances'>,
  touchedDates: ReadonlySet<string>,
): Promise<Map<string, bigint>> => {
  const [earliest = scope.from] = [scope.from, ...touchedDates].sort()
  const rows = await db.rows<{ currency: string; closing: bigint; certified: boolean }>(listClosings, [
    addDays(earliest, -1),
    date,
    PAYMENTS,
  ])
  const closings = new Map(rows.map(({ currency, closing }) => [currency, closing]))
  const certified = new Set(rows.filter((row) => row.certified).map(({ currency }) => currency))
  // Certificates have the opening that was posted; this run will issue them anew when finance states another one.
  const posted = await readOpenings(db)
  const stated = new Map(
    shop.opening_balances
      .filter(({ balance_type: type }) => type === PAYMENTS)
      .map(({ currency, amount }) => [currency, BigInt(amount)]),
  )
  for (const currency of new Set([...stated.keys(), ...certified])) {
    const before = certified.has(currency) ? (posted.get(JSON.stringify([currency, PAYMENTS])) ?? 0n) : 0n
    closings.set(currency, (closings.get(currency) ?? 0n) + (stated.get(currency) ?? 0n) - before)
  }
  return closings
}

/** Stripe's balance less all that its rows explain, by currency. */
const leftOf = (
  balance: BalanceRead,
  date: string,
  closings: ReadonlyMap<string, bigint>,
): Map<string, bigint> => {
  const currencies = new Set([...balance.currencies.keys(), ...closings.keys()])
  return new Map(
    [...currencies].map((currency) => {
      const { available, pending } = balance.currencies.get(currency) ?? { available: 0n, pending: 0n }
      const since = netSince(balance, date, currency, PAYMENTS)
      return [currency, available + pending - (closings.get(currency) ?? 0n) - since]
    }),
  )
}

/**
 * What is left of the balance equation, one exception per date and currency, and keeps it for the runs after. Nothing when the
 * run did not read Stripe's balance: then nothing new is known of it.
 */
export const findOnBalances = async (
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'opening_balances'>,
  pulled: Pick<Pulled, 'balance'>,
  touchedDates: ReadonlySet<string>,
): Promise<Finding[]> => {
  const { balanceDate: date } = scope
  if (pulled.balance === null || date === null) return []
  const stored = await db.rows<StoredDrift>(listDrifts, [PAYMENTS])
  const left = leftOf(pulled.balance, date, await readClosings(db, scope, date, shop, touchedDates))
  for (const { currency } of stored) if (!left.has(currency)) left.set(currency, 0n)
  const carried = [...left].flatMap(([currency, amount]) => {
    const known = stored.filter((drift) => drift.currency === currency)
    return carryDrifts(known, amount, date).map((drift) => ({ ...drift, currency }))
  })
  const stands = new Set(carried.map(({ currency, date }) => JSON.stringify([currency, date])))
  const healed = stored.filter(({ currency, date }) => !stands.has(JSON.stringify([currency, date])))
  const written = [
    ...carried.map(({ currency, date, amount }) => ({ currency, date, amount: amount.toString() })),
    ...healed.map(({ currency, date }) => ({ currency, date, amount: '0' })),
  ]
  if (written.length > 0) await db.run(upsertDrifts, [JSON.stringify(written), PAYMENTS, scope.run.id])
  return carried.map((drift) => classifyBalance(drift)).filter((finding) => finding !== undefined)
}
