const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '))

/** Written with two decimals although they have none: the amount must be a multiple of 100. */
const HUNDREDS = new Set(['isk', 'ugx'])

const TWO_DECIMAL = new Set(
  (
    'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc ' +
    'cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr ' +
    'kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk ' +
    'php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx usd ' +
    'uyu uzs wst xcd yer zar zmw'
  ).split(' '),
)

/** Smallest charge in minor units. Tables of different age disagree, so this is data, not a rule (stripe.md §1). */
const MINIMUM: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
}

/** Where a newer table differs. */
const NEWER_MINIMUM: Readonly<Record<string, number>> = { aud: 60, cad: 60, jpy: 80 }

export type MinimumTable = 'older' | 'newer'

/** At most eight digits, as Stripe documents for every currency. */
export const AMOUNT_MAX = 99_999_999

/** True for a currency the sandbox accepts; lower case expected. */
export const isCurrency = (code: string): boolean =>
  TWO_DECIMAL.has(code) || ZERO_DECIMAL.has(code) || THREE_DECIMAL.has(code)

/** Digits after the point when an amount is shown to a person. */
export const currencyDigits = (code: string): number =>
  ZERO_DECIMAL.has(code) ? 0 : THREE_DECIMAL.has(code) ? 3 : 2

/** Smallest amount of a charge in minor units; 1 where Stripe publishes none. */
export const minimumAmount = (code: string, table: MinimumTable = 'older'): number =>
  (table === 'newer' ? NEWER_MINIMUM[code] : undefined) ?? MINIMUM[code] ?? 1

/** Why an amount cannot be charged in this currency, or null. */
export const amountProblem = (
  amount: number,
  currency: string,
  table: MinimumTable = 'older',
): 'amount_too_small' | 'amount_too_large' | 'not_a_multiple' | null => {
  if (amount > AMOUNT_MAX) return 'amount_too_large'
  if (THREE_DECIMAL.has(currency) && amount % 10 !== 0) return 'not_a_multiple'
  if (HUNDREDS.has(currency) && amount % 100 !== 0) return 'not_a_multiple'
  if (amount < minimumAmount(currency, table)) return 'amount_too_small'
  return null
}

/** The amount as a person reads it, for messages: `£` is spelled `gbp`. */
export const showAmount = (amount: number, currency: string): string => {
  const digits = currencyDigits(currency)
  const sign = amount < 0 ? '-' : ''
  const text = String(Math.abs(amount)).padStart(digits + 1, '0')
  if (digits === 0) return `${sign}${text} ${currency}`
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)} ${currency}`
}
