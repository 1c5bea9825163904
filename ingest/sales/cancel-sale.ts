import type { Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { appendEvents } from '#core/postgres/append-event.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { HOLDS_AMOUNT } from '../domain/payment-state.ts'
import { lockSale, type LockedSale } from './lock-sale.ts'
import { readSale } from './open-sale.ts'
import type { SaleRow } from './sale-wire.ts'

const cancelRow = loadSql(import.meta.url, '../sql/sale_cancel.sql')

/**
 * Cancels a sale that nobody has paid or is paying; answers it as it was before too. Again is no error. Throws `not_found`, or `invalid_state` when a tender
 * holds some of it.
 */
export const cancelSale = async (
  deps: Deps,
  principal: Principal,
  id: string,
  traceId: string,
): Promise<{ readonly before: LockedSale; readonly sale: SaleRow }> =>
  deps.db.withTransaction(async (db) => {
    const sale = await lockSale(db, principal, id)
    const now = deps.env.clock.now()
    if (sale.status !== 'canceled') {
      if ((await db.run(cancelRow, [id, now, HOLDS_AMOUNT])) === 0) throw new TillwatchError('invalid_state')
      const body = {
        store_id: sale.store_id,
        till_id: sale.till_id,
        sale_id: id,
        currency: sale.currency,
        amount_minor: sale.total.toString(),
        status: 'canceled',
        trace_id: traceId,
      }
      await appendEvents(deps.env, db, [{ type: 'sale.canceled', occurredAt: now, body }])
    }
    const after = await readSale(db, id)
    if (!after) throw new TillwatchError('not_found')
    return { before: sale, sale: after }
  })
