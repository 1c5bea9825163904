/**
 * How Stripe counts each currency's minor units.
 * Source: Stripe, "Supported currencies", zero-decimal and three-decimal tables.
 */

const ZERO_DECIMAL = [
  'bif',
  'clp',
  'djf',
  'gnf',
  'jpy',
  'kmf',
  'krw',
  'mga',
  'pyg',
  'rwf',
  'vnd',
  'vuv',
  'xaf',
  'xof',
  'xpf',
]

const THREE_DECIMAL = ['bhd', 'jod', 'kwd', 'omr', 'tnd']

const TWO_DECIMAL = [
  'aed',
  'all',
  'amd',
  'aud',
  'bam',
  'bgn',
  'brl',
  'cad',
  'chf',
  'cny',
  'cop',
  'czk',
  'dkk',
  'dop',
  'egp',
  'eur',
  'gbp',
  'gel',
  'hkd',
  'huf',
  'idr',
  'ils',
  'inr',
  'isk',
  'kes',
  'mad',
  'mdl',
  'mkd',
  'mur',
  'mxn',
  'myr',
  'ngn',
  'nok',
  'nzd',
  'pen',
  'php',
  'pkr',
  'pln',
  'qar',
  'ron',
  'rsd',
  'sar',
  'sek',
  'sgd',
  'thb',
  'try',
  'twd',
  'uah',
  'ugx',
  'usd',
  'uyu',
  'zar',
]

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...ZERO_DECIMAL.map((code) => [code, 0] as const),
  ...TWO_DECIMAL.map((code) => [code, 2] as const),
  ...THREE_DECIMAL.map((code) => [code, 3] as const),
])

/** True for a lower-case ISO code that the platform can count. */
export const isCurrency = (code: string): boolean => EXPONENTS.has(code)

/** Decimals of the minor unit; ISK and UGX are written with two although they have none. Throws RangeError when unknown. */
export const currencyExponent = (code: string): number => {
  const exponent = EXPONENTS.get(code)
  if (exponent === undefined) throw new RangeError(`unknown currency ${code}`)
  return exponent
}

/** The currencies whose minor unit has that many decimals. */
export const currenciesWithDecimals = (decimals: number): readonly string[] =>
  [...EXPONENTS].filter(([, exponent]) => exponent === decimals).map(([code]) => code)

/** Stripe wants the last digit of a three-decimal amount to be 0, and whole units of ISK and UGX. */
export const amountFitsCurrency = (amountMinor: bigint, code: string): boolean => {
  if (THREE_DECIMAL.includes(code)) return amountMinor % 10n === 0n
  if (code === 'isk' || code === 'ugx') return amountMinor % 100n === 0n
  return true
}
