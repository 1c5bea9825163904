/**
 * The switches of the sandbox whose other reading the reconciler can feel, each turned (sandbox/options.ts has them all; it
 * may not be imported from here). What is money or a row is here; words of errors and answers are not.
 */
export const OTHER_READINGS: Readonly<Record<string, unknown>> = {
  partialCaptureRows: 'authorized_and_reversal',
  expiryReason: 'expired',
  disputeFeeOnWin: 'credited',
  disputeAfterMs: 60_000,
  disputeDueDays: 7,
  inquiryDays: 60,
  refundFailAfterMs: 60_000,
  refundPendingMs: 432_000_000,
  chargeRefundUpdated: false,
  payoutOwnRow: 'left_out',
  disputeSourceList: 'empty',
  refundRows: 'available',
  disputeRowsOnExchange: 'two',
  returnRate: 'as_it_left',
  exchangeRateUnits: 'major',
  conversionFee: 'own_row',
  manualPayoutRows: 'apart',
  instantPayoutFee: 'own_row',
  prefundingBalance: 'always',
  riskReserved: 'not_shown',
  balanceSourceTypes: false,
}
