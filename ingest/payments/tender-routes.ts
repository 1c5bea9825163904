import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import { newId } from '#core/ids.ts'
import { defineRoute } from '#core/http/api.ts'
import {
  amountField,
  currencyField,
  fits,
  idField,
  metadataField,
  textField,
  withCode,
} from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { ErrorCode } from '#core/error-codes.ts'
import { runCardAttempt } from '../readers/pay-at-reader.ts'
import { openSale } from '../sales/open-sale.ts'
import { checkTill } from '../sales/sale-routes.ts'
import { moneyCallOf } from './money-route.ts'
import { runMoneyCall, type MoneyCalls } from './money-calls.ts'
import { createPaymentOperation } from './payment-operations.ts'
import { paymentAnswerSchema } from './payment-wire.ts'
import { prepareCardTender, type CardTender } from './tender-card.ts'
import { takeDrawerTender } from './tender-drawer.ts'

/** Who takes money. */
export const TAKES_MONEY: readonly Role[] = ['cashier', 'manager']

const REF_MAX = 100

/** What a payment call can be refused with. */
export const PAYMENT_ERRORS: readonly ErrorCode[] = [
  'amount_invalid',
  'currency_amount_invalid',
  'invalid_state',
  'amount_exceeds_due',
  'card_declined',
  'reader_offline',
  'reader_busy',
  'payment_refused',
  'provider_mismatch',
  'provider_unavailable',
]

/** A payment method of Stripe's; its token, never a card. */
export const paymentMethodField = () => idField('pm', 'card', 'src')

/** A reader of the shop, as shop.yaml names it. */
export const readerField = () => z.string().regex(/^[a-z0-9_-]{1,40}$/, 'is not a reader id')

const cardShape = {
  payment_method: paymentMethodField().optional(),
  reader_id: readerField().optional(),
  capture_method: z.enum(['automatic', 'manual']).default('automatic'),
  cashier_ref: textField(REF_MAX).optional(),
}

const tenderSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('card'), amount: amountField().optional(), ...cardShape }),
  z.strictObject({
    type: z.literal('cash'),
    amount: amountField(),
    received: amountField().optional(),
    cashier_ref: textField(REF_MAX).optional(),
  }),
  z.strictObject({
    type: z.literal('check'),
    amount: amountField(),
    reference: textField(REF_MAX),
    cashier_ref: textField(REF_MAX).optional(),
  }),
])

interface CardSource {
  readonly payment_method?: string | undefined
  readonly reader_id?: string | undefined
}

const hasOneSource = (card: CardSource): boolean =>
  (card.payment_method === undefined) !== (card.reader_id === undefined)

const ONE_SOURCE = { path: ['payment_method'], message: 'either payment_method or reader_id is needed' }

const checkedTenderSchema = tenderSchema
  .refine((tender) => tender.type !== 'cash' || (tender.received ?? tender.amount) >= tender.amount, {
    path: ['received'],
    message: 'must not be less than amount',
  })
  .refine((tender) => tender.type !== 'card' || hasOneSource(tender), ONE_SOURCE)

type Tender = z.output<typeof tenderSchema>

const paymentSchema = z
  .strictObject({
    amount: amountField(),
    currency: currencyField(),
    till_id: z.string().regex(/^[a-z0-9_-]{1,40}$/, 'is not a till id'),
    ...cardShape,
    customer_ref: textField(REF_MAX).optional(),
    external_ref: textField(REF_MAX).optional(),
    metadata: metadataField().optional(),
  })
  .refine(hasOneSource, ONE_SOURCE)
  .refine(
    ({ amount, currency }) => fits(amount, currency),
    withCode('currency_amount_invalid', 'the amount is not one that the currency counts'),
  )

const cardTender = (
  tender: Extract<Tender, { type: 'card' }>,
  ids: Pick<CardTender, 'paymentId' | 'saleId' | 'traceId'>,
): CardTender => ({
  ...ids,
  amount: tender.amount ?? null,
  captureMethod: tender.capture_method,
  customerRef: null,
  cashierRef: tender.cashier_ref ?? null,
  externalRef: null,
  metadata: {},
})

const addTender = (api: Api, money: MoneyCalls): void => {
  const { deps } = money
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/sales/{id}/tenders',
      summary: 'Pay a sale, or a part of it, by card, cash or check',
      allow: TAKES_MONEY,
      scope: 'store',
      idempotent: true,
      params: z.strictObject({ id: idField('sale') }),
      body: checkedTenderSchema,
      answers: { 201: paymentAnswerSchema, 202: paymentAnswerSchema },
      errors: PAYMENT_ERRORS,
    },
    async (request) => {
      const { principal, body, params, facts } = request
      const paymentId = newId(deps.env, 'payment')
      const ids = { paymentId, saleId: params.id, traceId: facts.traceId }
      const call = moneyCallOf(request)
      if (body.type === 'card') {
        return runCardAttempt(money, call, {
          paymentId,
          readerId: body.reader_id,
          isFirst: true,
          prepare: async (db) => prepareCardTender(deps, db, principal, cardTender(body, ids)),
          operation: createPaymentOperation,
        })
      }
      const tender = {
        ...ids,
        method: body.type,
        amount: body.amount,
        received: body.type === 'cash' ? (body.received ?? null) : null,
        reference: body.type === 'check' ? body.reference : null,
        cashierRef: body.cashier_ref ?? null,
        requestId: facts.id,
      }
      return runMoneyCall(money, call, {
        point: 'drawer',
        objectId: paymentId,
        prepare: async (db) => takeDrawerTender(deps, db, principal, tender),
      })
    },
  )
}

type PaymentBody = z.output<typeof paymentSchema>

/** A sale of one line, for a caller who has no lines. */
const oneLineSale = (body: PaymentBody, now: Date, traceId: string) => ({
  tillId: body.till_id,
  currency: body.currency,
  lines: [{ name: 'Card payment', quantity: 1, unitAmount: body.amount, taxAmount: 0n, discountAmount: 0n }],
  tipAmount: 0n,
  customerRef: body.customer_ref ?? null,
  cashierRef: body.cashier_ref ?? null,
  externalRef: body.external_ref ?? null,
  soldAt: now,
  traceId,
})

const addPayment = (api: Api, money: MoneyCalls): void => {
  const { deps } = money
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/payments',
      summary: 'A one-line sale and its card tender in one call',
      allow: TAKES_MONEY,
      scope: 'store',
      idempotent: true,
      body: paymentSchema,
      answers: { 201: paymentAnswerSchema, 202: paymentAnswerSchema },
      errors: [...PAYMENT_ERRORS, 'external_ref_reused'],
    },
    async (request) => {
      const { principal, body, facts } = request
      checkTill(principal, body.till_id)
      const paymentId = newId(deps.env, 'payment')
      return runCardAttempt(money, moneyCallOf(request), {
        paymentId,
        readerId: body.reader_id,
        isFirst: true,
        prepare: async (db) => {
          const sale = await openSale(deps, db, oneLineSale(body, deps.env.clock.now(), facts.traceId))
          return prepareCardTender(deps, db, principal, {
            paymentId,
            saleId: sale.id,
            amount: body.amount,
            captureMethod: body.capture_method,
            customerRef: body.customer_ref ?? null,
            cashierRef: body.cashier_ref ?? null,
            externalRef: body.external_ref ?? null,
            metadata: body.metadata ?? {},
            traceId: facts.traceId,
          })
        },
        operation: createPaymentOperation,
      })
    },
  )
}

/** `POST /sales/{id}/tenders`, `POST /payments`. */
export const addTenderRoutes = (api: Api, money: MoneyCalls): void => {
  addTender(api, money)
  addPayment(api, money)
}
