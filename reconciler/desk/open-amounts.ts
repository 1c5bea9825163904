import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { OpenAmount } from '../domain/adjustment.ts'
import type { DeskException } from './desk-exception.ts'

const listOpen = loadSql(import.meta.url, '../sql/open_amounts_list.sql')

type About = Pick<DeskException, 'category' | 'object' | 'details'>

/** Categories whose difference stands on no account of ours: nothing can be booked away for them. */
const WITHOUT_MONEY = new Set(['fee_mismatch', 'payout_mismatch', 'balance_mismatch'])

/** Objects whose accounts an exception is about; one of another currency also about the charge that it left uncleared. */
export const objectsOf = ({ category, object, details }: About): string[] => {
  const source = details['source']
  return category === 'currency_mismatch' && source !== undefined ? [object, source] : [object]
}

/** What stands in suspense or clearing because of the exception, to be brought to zero when it is resolved with money. */
export const readOpenAmounts = async (db: Db, exception: About): Promise<OpenAmount[]> => {
  if (WITHOUT_MONEY.has(exception.category)) return []
  const rows = await db.rows<OpenAmount>(listOpen, [objectsOf(exception)])
  const { account } = exception.details
  return account?.startsWith('clearing:') ? rows.filter((row) => row.account === account) : rows
}
