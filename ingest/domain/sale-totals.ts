/** A line as a till sends it; amounts in minor units. */
export interface SaleLine {
  readonly name: string
  readonly quantity: number
  readonly unitAmount: bigint
  readonly taxAmount: bigint
  readonly discountAmount: bigint
}

export interface SaleTotals {
  readonly total: bigint
  readonly tax: bigint
  readonly tip: bigint
  readonly discount: bigint
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n)

/** A line before tax: what is on the price tag, less what was taken off. */
export const netOfLine = (line: SaleLine): bigint =>
  BigInt(line.quantity) * line.unitAmount - line.discountAmount

/** A sale's sums: lines less discounts, plus tax (which comes on top of the unit amounts), plus tip. */
export const totalsOf = (lines: readonly SaleLine[], tip: bigint): SaleTotals => {
  const tax = sum(lines.map((line) => line.taxAmount))
  return {
    total: sum(lines.map(netOfLine)) + tax + tip,
    tax,
    tip,
    discount: sum(lines.map((line) => line.discountAmount)),
  }
}
