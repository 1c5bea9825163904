import type { Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { lockSale } from './lock-sale.ts'
import { readSale } from './open-sale.ts'
import type { SaleRow } from './sale-wire.ts'

const holdRow = loadSql(import.meta.url, '../sql/sale_hold.sql')

/**
 * Puts an open sale aside with a note, or takes it up again with null; again is no error (runbook section 3: "document if customer
 * requests to hold items"). What was paid of it stays paid. Throws `not_found`, or `invalid_state` when it is not open.
 */
export const holdSale = async (
  deps: Pick<Deps, 'env' | 'db'>,
  principal: Principal,
  id: string,
  note: string | null,
): Promise<SaleRow> =>
  deps.db.withTransaction(async (db) => {
    const { status } = await lockSale(db, principal, id)
    if ((await db.run(holdRow, [id, deps.env.clock.now(), note])) === 0)
      throw new TillwatchError('invalid_state', undefined, { details: { status } })
    const after = await readSale(db, id)
    if (!after) throw new TillwatchError('not_found')
    return after
  })
