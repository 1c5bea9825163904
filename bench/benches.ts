import { openAlertsBench } from './alerts/alerts-bench.ts'
import { openGatewayBench } from './gateway/gateway-bench.ts'
import { openLedgerBench } from './ledger/ledger-bench.ts'
import type { OpenBench } from './lib/run-bench.ts'
import { openPagesBench } from './pages/pages-bench.ts'
import { openPaymentsListBench } from './payments-list/payments-list-bench.ts'
import { openReconcileBench } from './reconcile/reconcile-bench.ts'
import { openWebhooksBench } from './webhooks/webhooks-bench.ts'

/** Every bench by its name. */
export const BENCHES: Readonly<Record<string, OpenBench>> = {
  ledger: openLedgerBench,
  webhooks: openWebhooksBench,
  gateway: openGatewayBench,
  reconcile: openReconcileBench,
  alerts: openAlertsBench,
  'payments-list': openPaymentsListBench,
  pages: openPagesBench,
}
