import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { askReceiptMail } from './ask-receipt-mail.ts'
import { readReceipt } from './read-receipt.ts'
import { receiptHtml, receiptText } from './render-receipt.ts'

const SENDS: readonly Role[] = ['cashier', 'finance', 'manager']
const SEES: readonly Role[] = ['cashier', 'finance', 'manager', 'auditor']

const amount = () => z.number().int()
const text = () => z.string().nullable()

const receiptSchema = z
  .strictObject({
    payment_id: z.string(),
    sale_id: z.string(),
    external_ref: text(),
    store: z.strictObject({ id: z.string(), name: z.string(), zone: z.string() }),
    till: z.strictObject({ id: z.string(), name: z.string() }),
    sold_at: z.string(),
    currency: z.string(),
    items: z.array(
      z.strictObject({
        name: z.string(),
        quantity: amount(),
        unit_amount: amount(),
        discount_amount: amount(),
        amount: amount(),
      }),
    ),
    tax_amount: amount(),
    tip_amount: amount(),
    total: amount(),
    amount_paid: amount(),
    amount_due: amount(),
    tenders: z.array(
      z.strictObject({
        payment_id: z.string(),
        method: z.string(),
        amount: amount(),
        authorized_only: z.boolean(),
        card: z.strictObject({ brand: text(), last4: text() }).nullable(),
        received: amount().nullable(),
        change: amount().nullable(),
        check_reference: text(),
        terminal: z.record(z.string(), z.string()).nullable(),
      }),
    ),
    refunds: z.array(
      z.strictObject({
        id: z.string(),
        method: z.string(),
        amount: amount(),
        status: z.string(),
        at: z.string(),
      }),
    ),
  })
  .openapi('Receipt')

const FORMATS = {
  text: { type: 'text/plain; charset=UTF-8', render: receiptText },
  html: { type: 'text/html; charset=UTF-8', render: receiptHtml },
} as const

const EMAIL_MAX = 254

const addSend = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/payments/{id}/receipt/send',
      summary:
        'Mails the receipt of a payment; answers at once, and the mail is tried again while its server is in trouble',
      allow: SENDS,
      scope: 'store',
      params: z.strictObject({ id: idField('pay') }),
      body: z.strictObject({ email: z.email('must be a mail address').max(EMAIL_MAX) }),
      answers: {
        202: z.strictObject({
          id: z.string(),
          payment_id: z.string(),
          email: z.string(),
          status: z.string(),
          created_at: z.string(),
        }),
      },
      errors: ['invalid_state', 'mail_unavailable', 'rate_limited'],
    },
    async ({ principal, params, body }) => {
      const asked = await askReceiptMail(deps, principal, params.id, body.email)
      const { shown_email: email, created_at: at, ...rest } = asked
      return { status: 202, body: { ...rest, email, created_at: at.toISOString() } }
    },
  )

/** `GET /payments/{id}/receipt`: JSON for a till that prints itself, text of 42 columns, or a page; and the same by mail. */
export const addReceiptRoutes = (api: Api, deps: Deps): void => {
  addSend(api, deps)
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payments/{id}/receipt',
      summary: 'The receipt of a payment: json, text for a printer, or an html page',
      allow: SEES,
      scope: 'store',
      params: z.strictObject({ id: idField('pay') }),
      query: z.strictObject({ format: z.enum(['json', 'text', 'html']).default('json') }),
      answers: { 200: receiptSchema },
      errors: ['invalid_state'],
    },
    async ({ principal, params, query }) => {
      const receipt = await readReceipt(deps.db, principal, params.id)
      if (query.format === 'json') return { status: 200, body: receipt }
      const { type, render } = FORMATS[query.format]
      const style = { locale: deps.shop.receipt_locale }
      return {
        status: 200,
        text: render(receipt, style),
        headers: { 'Content-Type': type },
      }
    },
  )
}
