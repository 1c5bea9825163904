import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { fields, text } from '../http/readers.ts'
import { doubtsOf } from '../options.ts'
import { kindOf } from '../store/objects.ts'

type Row = Stripe.BalanceTransaction

/** The rows of an automatic payout, its own included; only once Stripe says that they are complete. */
const rowsOfPayout = ({ view, unit, store, options }: Call, id: string): readonly Row[] => {
  const payout = view.find('payout', id, unit.at_ms)
  if (!payout) throw missing('payout', id, 'payout', 400)
  if (!payout.automatic)
    throw invalid('Balance transactions can only be listed for automatic payouts.', { param: 'payout' })
  if (payout.reconciliation_status !== 'completed') {
    throw invalid('The balance transactions of this payout are not ready to be listed yet.', {
      code: 'payout_reconciliation_not_ready',
      param: 'payout',
    })
  }
  const { balance_transaction: table } = store.state.tables
  const isListed = (row: string) =>
    doubtsOf(options).payoutOwnRow === 'included' || row !== payout.balance_transaction
  const rows = store.state.money
    .rowsOf(id)
    .filter(isListed)
    .map((row) => table.get(row))
    .filter((row) => row !== undefined)
    .sort((a, b) => (table.position(a.id) ?? 0) - (table.position(b.id) ?? 0))
  return view.inOrder([...rows, ...(view.overlay.addedToPayout.get(id) ?? [])])
}

/** A quirk of Stripe's: the rows of a dispute may not be found by its id (stripe.md §5). */
const isUnlisted = ({ options }: Call, source: string | undefined): boolean =>
  source !== undefined && kindOf(source) === 'dispute' && doubtsOf(options).disputeSourceList === 'empty'

const path = '/v1/balance_transactions'

const filters = pageFields({ currency: text(), payout: text(), source: text(), type: text() })

export const balanceTransactionEndpoints: readonly Endpoint[] = [
  endpoint('GET', path, filters, (call, params) => {
    const { view, unit } = call
    const all =
      params.payout === undefined ? view.rows('balance_transaction') : rowsOfPayout(call, params.payout)
    const rows = isUnlisted(call, params.source) ? [] : all
    return page(rows, params, path, (stored) => {
      if (view.isHidden(stored)) return null
      const row = view.show(stored, unit.at_ms)
      const fits =
        (params.currency === undefined || row.currency === params.currency.toLowerCase()) &&
        (params.source === undefined || row.source === params.source) &&
        (params.type === undefined || row.type === params.type)
      return fits ? row : null
    })
  }),
  endpoint('GET', `${path}/:id`, fields({}), ({ view, unit, id }) => {
    const row = view.find('balance_transaction', id, unit.at_ms)
    if (!row) throw missing('balance transaction', id, 'id')
    return row
  }),
]
