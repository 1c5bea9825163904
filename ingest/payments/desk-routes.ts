import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { addNote, noteSchema } from './add-note.ts'
import { paymentAnswerSchema } from './payment-wire.ts'
import { syncPayment } from './sync-payment.ts'

/** Everyone who works with payments; the auditor changes nothing. */
const WORKS: readonly Role[] = ['cashier', 'finance', 'oncall', 'manager']

const NOTE_MAX = 1_000

const paymentId = z.strictObject({ id: idField('pay') })

const addSync = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/payments/{id}/sync',
      summary: 'Ask Stripe now what became of a payment and its refunds',
      allow: WORKS,
      scope: 'store',
      params: paymentId,
      body: z.strictObject({}),
      bodyOptional: true,
      answers: { 200: paymentAnswerSchema },
      errors: ['provider_unavailable', 'payment_refused', 'provider_mismatch'],
    },
    async ({ principal, params, facts }) => {
      const body = await syncPayment(deps, principal, params.id, facts.id)
      facts.log['status_after'] = body.status
      return { status: 200, body }
    },
  )
}

const addNotes = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/payments/{id}/notes',
      summary: "Add a note to a payment's timeline",
      allow: WORKS,
      scope: 'store',
      params: paymentId,
      body: z.strictObject({ text: textField(NOTE_MAX) }),
      answers: { 201: noteSchema },
      errors: [],
    },
    async ({ principal, params, body }) => ({
      status: 201,
      body: await addNote(deps, principal, params.id, body.text),
    }),
  )
}

/** `POST /payments/{id}/sync`, `POST /payments/{id}/notes`: what people do about a payment without moving money. */
export const addDeskRoutes = (api: Api, deps: Deps): void => {
  addSync(api, deps)
  addNotes(api, deps)
}
