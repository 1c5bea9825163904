import { businessDateOf } from '#core/business-date.ts'
import { TillwatchError } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import { appendEvents } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { AMOUNT_MAX } from '#core/http/fields.ts'
import { netOfLine, totalsOf, type SaleLine, type SaleTotals } from '../domain/sale-totals.ts'
import type { SaleRow } from './sale-wire.ts'

const insertSale = loadSql(import.meta.url, '../sql/sale_insert.sql')
const selectSale = loadSql(import.meta.url, '../sql/sale_select.sql')
const findByRef = loadSql(import.meta.url, '../sql/sale_find_by_external_ref.sql')

/** A sale as a till sends it. */
export interface NewSale {
  readonly tillId: string
  readonly currency: string
  readonly lines: readonly SaleLine[]
  readonly tipAmount: bigint
  readonly customerRef: string | null
  readonly cashierRef: string | null
  readonly externalRef: string | null
  readonly soldAt: Date
  readonly traceId: string
}

/** Clocks of tills and ours may differ by a zone's mistake, not by more. */
const AHEAD_MS_MAX = 86_400_000

const invalid = (path: string, message: string): TillwatchError =>
  new TillwatchError('validation_failed', undefined, { details: { issues: [{ path, message }] } })

const checkTotals = (sale: NewSale, totals: SaleTotals, now: Date): void => {
  const overdone = sale.lines.findIndex((line) => netOfLine(line) < 0n)
  if (overdone >= 0) throw invalid(`lines.${overdone}.discount_amount`, 'must not be more than the line')
  if (totals.total < 1n || totals.total > BigInt(AMOUNT_MAX)) throw new TillwatchError('amount_invalid')
  if (sale.soldAt.getTime() > now.getTime() + AHEAD_MS_MAX) throw invalid('sold_at', 'is in the future')
}

const insert = async (deps: Deps, db: Db, id: string, sale: NewSale, totals: SaleTotals, now: Date) =>
  db.first<{ store_id: string | null; sale_id: string | null }>(insertSale, [
    id,
    sale.tillId,
    sale.currency,
    totals.total.toString(),
    totals.tax.toString(),
    totals.tip.toString(),
    totals.discount.toString(),
    sale.customerRef,
    sale.cashierRef,
    sale.externalRef,
    sale.soldAt,
    businessDateOf(sale.soldAt, deps.shop.account.zone),
    now,
    sale.lines.map((line) => line.name),
    sale.lines.map((line) => line.quantity),
    sale.lines.map((line) => line.unitAmount.toString()),
    sale.lines.map((line) => line.taxAmount.toString()),
    sale.lines.map((line) => line.discountAmount.toString()),
  ])

/** A sale with its lines, or undefined. */
export const readSale = async (db: Db, id: string): Promise<SaleRow | undefined> =>
  db.first<SaleRow>(selectSale, [id])

const isSame = (known: SaleRow, sale: NewSale, totals: SaleTotals): boolean => {
  const sums =
    known.total === totals.total && known.tax_amount === totals.tax && known.tip_amount === totals.tip
  const lines = sale.lines.map(({ name, quantity, unitAmount, taxAmount, discountAmount }) =>
    [name, quantity, unitAmount, taxAmount, discountAmount].join('\n'),
  )
  const knownLines = known.lines.map((line) =>
    [line.name, line.quantity, line.unit_amount, line.tax_amount, line.discount_amount].join('\n'),
  )
  return sums && known.currency === sale.currency && lines.join('\n\n') === knownLines.join('\n\n')
}

/** The same sale sent again is the sale that exists; another one under its ref is refused. */
const readSent = async (db: Db, sale: NewSale, totals: SaleTotals): Promise<SaleRow> => {
  const found = await db.first<{ id: string }>(findByRef, [sale.tillId, sale.externalRef])
  const known = found && (await readSale(db, found.id))
  if (known && isSame(known, sale, totals)) return known
  throw new TillwatchError('external_ref_reused', undefined, { details: { sale_id: found?.id } })
}

export interface OpenedSale {
  readonly id: string
  readonly totals: SaleTotals
  /** The sale that was there before, when this one was sent again. */
  readonly known: SaleRow | undefined
}

/**
 * Opens a sale in the caller's database transaction. Throws `validation_failed` for an unknown till, `amount_invalid` for a
 * total out of range, `external_ref_reused` when the till sent another sale under this ref.
 */
export const openSale = async (deps: Deps, db: Db, sale: NewSale): Promise<OpenedSale> => {
  const now = deps.env.clock.now()
  const totals = totalsOf(sale.lines, sale.tipAmount)
  checkTotals(sale, totals, now)
  const id = newId(deps.env, 'sale')
  const row = await insert(deps, db, id, sale, totals, now)
  if (!row?.store_id) throw invalid('till_id', 'is not a till of this shop')
  if (row.sale_id === null) {
    const known = await readSent(db, sale, totals)
    return { id: known.id, totals, known }
  }
  const body = {
    store_id: row.store_id,
    till_id: sale.tillId,
    sale_id: id,
    currency: sale.currency,
    amount_minor: totals.total.toString(),
    status: 'open',
    trace_id: sale.traceId,
  }
  await appendEvents(deps.env, db, [{ type: 'sale.opened', occurredAt: now, body }])
  return { id, totals, known: undefined }
}
