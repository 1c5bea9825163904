import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import type { Action } from '../desk/act.ts'
import { actOnMany } from '../desk/bulk.ts'
import type { DeskException } from '../desk/desk-exception.ts'
import { bodyFilterSchema } from '../desk/filter.ts'
import { REASONS } from '../domain/reasons.ts'
import {
  ASSIGN,
  NOTE,
  noteField,
  optionalNote,
  REOPEN,
  resolveRule,
  resolveShape,
  toWish,
} from './desk-bodies.ts'
import { ACTORS, dateRangeRule, READERS } from './wire.ts'

const bulkAction = () =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('assign'), ...ASSIGN }),
    z.strictObject({ type: z.literal('note'), ...NOTE }),
    z.strictObject({ type: z.literal('reopen'), ...REOPEN }),
    z.strictObject({ type: z.literal('approve'), note: optionalNote() }),
    z.strictObject({ type: z.literal('reject'), note: noteField() }),
    z
      .strictObject({
        ...resolveShape(),
        type: z.literal('resolve'),
        resolution: z.enum(['accept', 'write_off', 'adjust']),
      })
      .superRefine(resolveRule),
  ])

type BulkAction = z.output<ReturnType<typeof bulkAction>>

const toBulkAction = (action: BulkAction): Action => {
  if (action.type === 'resolve') return { type: 'resolve', wish: toWish(action) }
  if (action.type === 'approve') return { type: 'approve', note: action.note ?? null }
  return action
}

const bulkBody = z.strictObject({
  filter: bodyFilterSchema().superRefine(dateRangeRule(1_830)),
  expected_count: z.number().int().min(0).max(1_000_000),
  action: bulkAction(),
})

const bulkAnswer = z.strictObject({
  count: z.number().int(),
  done: z.number().int(),
  pending_approval: z.number().int(),
})

/** What of an exception people change, for the audit trail; what one did to each stands in its history, too. */
const audited = ({
  id,
  status,
  owner,
  resolution,
  reason,
  resolved_by,
  adjustment_entry,
  version,
}: DeskException) => ({ id, status, owner, resolution, reason, resolved_by, adjustment_entry, version })

/** One action with all that a filter matches. */
export const addBulk = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/reconciliation/exceptions/bulk',
      summary: 'One action with every exception that a filter matches, or with none of them',
      allow: ACTORS,
      scope: 'shop',
      stepUp: true,
      body: bulkBody,
      answers: { 200: bulkAnswer },
      errors: [
        'count_differs',
        'bulk_too_large',
        'invalid_state',
        'second_person_required',
        'refund_over_limit',
        'approval_expired',
      ],
    },
    async ({ body, principal, facts }) => {
      const { filter, expected_count: expected, action } = body
      const done = await actOnMany(deps, principal, filter, expected, toBulkAction(action))
      const counts = { count: done.count, done: done.done, pending_approval: done.pending_approval }
      facts.audit = {
        object: 'exceptions',
        before: { exceptions: done.before.map(audited) },
        after: { ...body, ...counts, exceptions: done.after.map(audited) },
      }
      return { status: 200, body: counts }
    },
  )

const reasonSchema = z.strictObject({ code: z.string(), text: z.string(), note_required: z.boolean() })

/** Which reasons there are. */
export const addReasons = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/exceptions/reasons',
      summary: 'Reason codes per category',
      allow: READERS,
      scope: 'shop',
      answers: {
        200: z.strictObject({
          data: z.array(z.strictObject({ category: z.string(), reasons: z.array(reasonSchema) })),
        }),
      },
      errors: [],
    },
    async () => ({
      status: 200,
      body: {
        data: Object.entries(REASONS).map(([category, reasons]) => ({
          category,
          reasons: reasons.map(({ code, text, noteRequired }) => ({
            code,
            text,
            note_required: noteRequired ?? false,
          })),
        })),
      },
    }),
  )
