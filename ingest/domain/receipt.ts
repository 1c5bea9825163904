import { currencyExponent } from '#core/currencies.ts'
import { formatMajor } from '#core/money.ts'

/** A receipt: what the shop hands to its customer. Amounts in minor units of `currency`. */
export interface Receipt {
  readonly payment_id: string
  readonly sale_id: string
  readonly external_ref: string | null
  readonly store: { readonly id: string; readonly name: string; readonly zone: string }
  readonly till: { readonly id: string; readonly name: string }
  readonly sold_at: string
  readonly currency: string
  readonly items: readonly {
    readonly name: string
    readonly quantity: number
    readonly unit_amount: number
    readonly discount_amount: number
    readonly amount: number
  }[]
  readonly tax_amount: number
  readonly tip_amount: number
  readonly total: number
  readonly amount_paid: number
  readonly amount_due: number
  readonly tenders: readonly ReceiptTender[]
  readonly refunds: readonly {
    readonly id: string
    readonly method: string
    readonly amount: number
    readonly status: string
    readonly at: string
  }[]
}

/** One way in which the sale was paid. */
export interface ReceiptTender {
  readonly payment_id: string
  readonly method: string
  /** Taken, or held when it is only authorised. */
  readonly amount: number
  readonly authorized_only: boolean
  readonly card: { readonly brand: string | null; readonly last4: string | null } | null
  readonly received: number | null
  readonly change: number | null
  readonly check_reference: string | null
  /** Fields of a card terminal that must be printed (EMV). */
  readonly terminal: Readonly<Record<string, string>> | null
}

/** How people of a place write amounts and dates. */
export interface ReceiptStyle {
  readonly locale: string
}

/** An amount as people write it, with the currency's own decimals as Stripe counts them. */
export const showMoney = (amountMinor: number, currency: string, { locale }: ReceiptStyle): string => {
  const digits = currencyExponent(currency)
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  // A decimal string is exact; a float is not.
  return format.format(formatMajor(BigInt(amountMinor), currency) as Intl.StringNumericLiteral)
}

/** An instant as the clock on the shop's wall showed it. */
export const showInstant = (at: string, zone: string, { locale }: ReceiptStyle): string =>
  new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(at))

/** A line of a receipt: words and what they cost; a heading has no amount. */
export interface ReceiptLine {
  readonly text: string
  readonly amount: string | null
}

/** Terminal fields in the order and words of card schemes. */
const TERMINAL_WORDS: readonly (readonly [string, string])[] = [
  ['application_preferred_name', 'Application'],
  ['dedicated_file_name', 'AID'],
  ['account_type', 'Account'],
  ['authorization_code', 'Auth code'],
  ['authorization_response_code', 'Response'],
  ['application_cryptogram', 'Cryptogram'],
  ['cardholder_verification_method', 'Verified by'],
  ['terminal_verification_results', 'TVR'],
  ['transaction_status_information', 'TSI'],
  ['read_method', 'Read'],
]

const METHOD_WORDS: Readonly<Record<string, string>> = { card: 'Card', cash: 'Cash', check: 'Check' }

const nameOfTender = ({ method, card, check_reference: reference, authorized_only: held }: ReceiptTender) =>
  [
    METHOD_WORDS[method] ?? method,
    card?.brand,
    card?.last4 ? `**** ${card.last4}` : null,
    reference,
    held ? '(authorised, not taken yet)' : null,
  ]
    .filter(Boolean)
    .join(' ')

const linesOfTender = (tender: ReceiptTender, money: (amount: number) => string): ReceiptLine[] => [
  { text: nameOfTender(tender), amount: money(tender.amount) },
  ...(tender.received === null ? [] : [{ text: '  Given', amount: money(tender.received) }]),
  ...(tender.change ? [{ text: '  Change', amount: money(tender.change) }] : []),
  ...TERMINAL_WORDS.flatMap(([field, word]) => {
    const value = tender.terminal?.[field]
    return value === undefined ? [] : [{ text: `  ${word}: ${value}`, amount: null }]
  }),
]

/** The parts of a receipt, each a list of lines, as every rendering shows them. */
export const receiptParts = (receipt: Receipt, style: ReceiptStyle): ReceiptLine[][] => {
  const money = (amount: number): string => showMoney(amount, receipt.currency, style)
  const optional = (text: string, amount: number): ReceiptLine[] =>
    amount === 0 ? [] : [{ text, amount: money(amount) }]
  return [
    receipt.items.flatMap((item) => [
      {
        text: item.quantity === 1 ? item.name : `${item.quantity} x ${item.name}`,
        amount: money(item.quantity * item.unit_amount),
      },
      ...optional('  Discount', -item.discount_amount),
    ]),
    [
      ...optional('Tax', receipt.tax_amount),
      ...optional('Tip', receipt.tip_amount),
      { text: 'TOTAL', amount: money(receipt.total) },
    ],
    [
      ...receipt.tenders.flatMap((tender) => linesOfTender(tender, money)),
      ...optional('Still due', receipt.amount_due),
    ],
    receipt.refunds.map(({ method, amount, status, at }) => ({
      text: `Refund ${METHOD_WORDS[method] ?? method} ${showInstant(at, receipt.store.zone, style)}${
        status === 'succeeded' ? '' : ' (on its way)'
      }`,
      amount: money(-amount),
    })),
  ].filter((part) => part.length > 0)
}
