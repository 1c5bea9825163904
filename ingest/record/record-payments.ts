import type { Db } from '#core/postgres/db.ts'
import type { PaymentFacts } from '../domain/payment-facts.ts'
import { applyPaymentFacts, type ReportedFacts } from './apply-payment-facts.ts'
import { lockPaymentsForRecord, type PaymentRef } from './lock-payments.ts'
import type { LockedPayment } from './payment-change.ts'
import type { RecordDeps, RecordedBy, RecordResult } from './recorded-by.ts'

/** A snapshot of Stripe's that is to be recorded for a payment. */
export interface PaymentReport {
  readonly ref: PaymentRef
  readonly by: RecordedBy
  /** What it says of the payment, or why it says nothing of it. Throws `invariant_violated` when it is of other money. */
  judge(payment: LockedPayment): PaymentFacts | 'unknown_object' | 'unchanged'
}

interface Pending {
  readonly report: PaymentReport
  readonly index: number
}

/** The first report of each sale, and the others: what one report writes of a sale, the next one must read. */
const firstOfEachSale = (
  pending: readonly Pending[],
  saleOf: (report: PaymentReport) => string | undefined,
): { readonly now: Pending[]; readonly later: Pending[] } => {
  const sales = new Set<string>()
  const now: Pending[] = []
  const later: Pending[] = []
  for (const one of pending) {
    const sale = saleOf(one.report)
    if (sale !== undefined && sales.has(sale)) later.push(one)
    else now.push(one)
    if (sale !== undefined) sales.add(sale)
  }
  return { now, later }
}

/**
 * Records any number of reports in the caller's database transaction: locks all their payments and sales in one order, then
 * writes them with one statement of each kind; a second report of a sale is written after the first. Each fact is posted
 * once, whoever brings it and however often. Answers in the order given. When one report is of other money, it throws
 * `invariant_violated` and nothing of the group may be committed.
 */
export const recordPayments = async (
  deps: RecordDeps,
  db: Db,
  reports: readonly PaymentReport[],
): Promise<RecordResult[]> => {
  const results: RecordResult[] = reports.map(() => 'unknown_object')
  let pending: Pending[] = reports.map((report, index) => ({ report, index }))
  while (pending.length > 0) {
    const locked = await lockPaymentsForRecord(
      db,
      pending.map(({ report }) => report.ref),
    )
    const { now, later } = firstOfEachSale(pending, ({ ref }) => locked.find(ref)?.sale_id)
    const reported: (ReportedFacts & { readonly index: number })[] = []
    for (const { report, index } of now) {
      const payment = locked.find(report.ref)
      if (!payment) continue
      const said = report.judge(payment)
      if (typeof said === 'string') results[index] = said
      else reported.push({ payment, facts: said, by: report.by, index })
    }
    const written = await applyPaymentFacts(deps, db, reported)
    reported.forEach(({ index }, at) => {
      results[index] = written[at] ?? 'unchanged'
    })
    pending = later
  }
  return results
}

/** `recordPayments` for one report. */
export const recordPaymentReport = async (
  deps: RecordDeps,
  db: Db,
  report: PaymentReport,
): Promise<RecordResult> => (await recordPayments(deps, db, [report]))[0] ?? 'unknown_object'
