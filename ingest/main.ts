import { createApi, type Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { addApprovalRoutes } from './approvals/approval-routes.ts'
import { addDisputeRoutes } from './disputes/dispute-routes.ts'
import { addLedgerRoutes } from './http/ledger-routes.ts'
import { addItemRoute } from './http/item-route.ts'
import { addTillRoutes } from './http/till-routes.ts'
import { addTodayRoute } from './http/today-route.ts'
import { openMoneyCalls } from './payments/open-money-calls.ts'
import { addDeskRoutes } from './payments/desk-routes.ts'
import { addPaymentRoutes } from './payments/payment-routes.ts'
import { addTenderRoutes } from './payments/tender-routes.ts'
import { addReceiptRoutes } from './receipts/receipt-routes.ts'
import { addReaderRoutes } from './readers/reader-routes.ts'
import { addRefundRoutes } from './refunds/refund-routes.ts'
import { addHoldRoutes } from './sales/hold-routes.ts'
import { addLookupRoutes } from './search/lookup-routes.ts'
import { addSearchRoutes } from './search/search-routes.ts'
import { addViewRoutes } from './search/view-routes.ts'
import { addSaleRoutes } from './sales/sale-routes.ts'
import { addTaskRoutes } from './tasks/task-routes.ts'

/**
 * The routes of the payment gateway, to be mounted under `/payments/api`. At the first money call they open one connection
 * of their own, which marks this process as alive (key-owner.ts); it ends with the process. Calls that wait for an outcome
 * are rows of `idempotency_keys`, which the worker counts as open.
 */
export const ingestRoutes = (deps: Deps): Api => {
  const api = createApi()
  const money = openMoneyCalls(deps)
  addSaleRoutes(api, deps)
  addHoldRoutes(api, deps)
  addTenderRoutes(api, money)
  // Before /payments/{id}, which would take their names for an id.
  addSearchRoutes(api, deps)
  addViewRoutes(api, deps)
  addLookupRoutes(api, deps)
  addPaymentRoutes(api, money)
  addRefundRoutes(api, money)
  addApprovalRoutes(api, money)
  addDeskRoutes(api, deps)
  addReceiptRoutes(api, deps)
  addDisputeRoutes(api, deps)
  addTaskRoutes(api, deps)
  addTillRoutes(api, deps)
  addTodayRoute(api, deps)
  addItemRoute(api, deps)
  addReaderRoutes(api, deps)
  addLedgerRoutes(api, deps)
  return api
}
