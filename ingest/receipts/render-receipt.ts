import { escapeHtml } from '#core/escape-html.ts'
import {
  receiptParts,
  showInstant,
  type Receipt,
  type ReceiptLine,
  type ReceiptStyle,
} from '../domain/receipt.ts'

/** Columns of a common receipt printer. */
const WIDTH = 42

const textLine = ({ text, amount }: ReceiptLine): string => {
  if (amount === null) return text
  const room = WIDTH - amount.length - 1
  const gap = ' '.repeat(Math.max(1, WIDTH - Math.min(text.length, room) - amount.length))
  return text.length <= room ? text + gap + amount : `${text}\n${amount.padStart(WIDTH)}`
}

const headOf = (receipt: Receipt, style: ReceiptStyle): string[] => [
  receipt.store.name,
  `${receipt.till.name}, ${showInstant(receipt.sold_at, receipt.store.zone, style)}`,
  `Receipt ${receipt.payment_id}`,
  ...(receipt.external_ref === null ? [] : [`Ref ${receipt.external_ref}`]),
]

/** A receipt for a printer: plain text, 42 columns. */
export const receiptText = (receipt: Receipt, style: ReceiptStyle): string =>
  [headOf(receipt, style), ...receiptParts(receipt, style).map((part) => part.map(textLine))]
    .map((part) => part.join('\n'))
    .join(`\n${'-'.repeat(WIDTH)}\n`)
    .concat('\n')

const htmlRow = ({ text, amount }: ReceiptLine): string =>
  amount === null
    ? `<tr><td colspan="2">${escapeHtml(text)}</td></tr>`
    : `<tr><td>${escapeHtml(text)}</td><td align="right">${escapeHtml(amount)}</td></tr>`

/** A receipt as a page to print: no script and no style, so that our content policy holds; everything in it is escaped. */
export const receiptHtml = (receipt: Receipt, style: ReceiptStyle): string => {
  const [name = '', ...rest] = headOf(receipt, style).map(escapeHtml)
  const parts = receiptParts(receipt, style).map((part) => `<tbody>${part.map(htmlRow).join('')}</tbody>`)
  return `<!doctype html>
<html lang="${escapeHtml(style.locale)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title></head>
<body><h1>${name}</h1><p>${rest.join('<br>')}</p>
<table width="100%" rules="groups" cellpadding="4">${parts.join('\n')}</table></body>
</html>
`
}
