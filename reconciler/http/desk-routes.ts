import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import type { ErrorCode } from '#core/error-codes.ts'
import { defineRoute } from '#core/http/api.ts'
import { withCode } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { actOnOne, type Action } from '../desk/act.ts'
import { actOnMany } from '../desk/bulk.ts'
import { bodyFilterSchema, ownerField } from '../desk/filter.ts'
import type { Wish } from '../desk/plan-resolution.ts'
import { REASONS } from '../domain/reasons.ts'
import { wholeSchema } from './exception-wire.ts'
import { readWhole } from './exception-routes.ts'
import { dateRangeRule, idParams, READERS } from './wire.ts'

/** Who works at the desk, and who agrees to what moves money (architecture §3.1, roles). */
const ACTORS: readonly Role[] = ['finance', 'manager']
const APPROVERS: readonly Role[] = ['manager']

const NOTE_MAX = 2_000
const FORBIDDEN_IN_NOTE = /[\u0000-\u0008\u000b-\u001f\u007f]/

/** What a person writes: several lines are welcome. */
const noteField = () =>
  z
    .string()
    .trim()
    .min(1)
    .refine(
      (text) => text.length <= NOTE_MAX,
      withCode('metadata_invalid', `must have at most ${NOTE_MAX} characters`),
    )
    .refine(
      (text) => !FORBIDDEN_IN_NOTE.test(text),
      withCode('metadata_invalid', 'must not hold control characters'),
    )
    .openapi({ maxLength: NOTE_MAX })

const version = () => z.number().int().min(1).max(2_147_483_647)
const optionalNote = () => noteField().optional()

const ASSIGN = { owner: ownerField().nullable() }
const NOTE = { text: noteField() }
const REOPEN = { note: noteField() }

const reasonField = () => z.string().regex(/^[a-z_]{1,40}$/)

const resolveShape = () => ({
  resolution: z.enum(['accept', 'write_off', 'forced_match', 'adjust']),
  reason: reasonField(),
  note: optionalNote(),
  /** For adjust: the account that takes it. */
  account: z
    .string()
    .regex(/^[a-z_]+(?::[a-z0-9_]+)*$/)
    .max(100)
    .optional(),
  /** For forced_match: the exception of the other side. */
  counterpart: z
    .string()
    .regex(/^exc_\w{1,80}$/)
    .optional(),
  write_off_difference: z.boolean().optional(),
})

interface Resolve {
  readonly resolution?: unknown
  readonly account?: unknown
  readonly counterpart?: unknown
  readonly write_off_difference?: unknown
}

/** Each field belongs to one resolution: what would be ignored is refused. */
const resolveRule = (body: Resolve, context: z.RefinementCtx): void => {
  const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
  const { resolution } = body
  if ((resolution === 'adjust') !== (body.account !== undefined))
    issue('account', 'belongs to adjust, and to nothing else')
  if ((resolution === 'forced_match') !== (body.counterpart !== undefined))
    issue('counterpart', 'belongs to forced_match, and to nothing else')
  if (resolution !== 'forced_match' && body.write_off_difference !== undefined)
    issue('write_off_difference', 'belongs to forced_match alone')
}

const RESOLUTION = {
  accept: 'accepted',
  write_off: 'write_off',
  forced_match: 'forced_match',
  adjust: 'adjusted',
} as const

const toWish = (body: {
  readonly resolution: keyof typeof RESOLUTION
  readonly reason: string
  readonly note?: string | undefined
  readonly account?: string | undefined
  readonly counterpart?: string | undefined
  readonly write_off_difference?: boolean | undefined
}): Wish => ({
  resolution: RESOLUTION[body.resolution],
  reason: body.reason,
  note: body.note ?? null,
  account: body.account ?? null,
  counterpartId: body.counterpart ?? null,
  writeOffRest: body.write_off_difference ?? false,
})

interface ActionRoute<Body extends z.ZodType> {
  readonly verb: string
  readonly summary: string
  readonly allow: readonly Role[]
  readonly body: Body
  readonly errors: readonly ErrorCode[]
  readonly toAction: (body: z.output<Body>) => Action
}

/** A POST on one exception, as it was at `version`. 202 when another person must agree first. */
const addAction = <Body extends z.ZodType<{ version: number }>>(
  api: Api,
  deps: Deps,
  route: ActionRoute<Body>,
): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: `/reconciliation/exceptions/{id}/${route.verb}`,
      summary: route.summary,
      allow: route.allow,
      params: idParams('exc'),
      body: route.body,
      answers: { 200: wholeSchema, ...(route.verb === 'resolve' ? { 202: wholeSchema } : {}) },
      errors: ['version_stale', ...route.errors],
    },
    async ({ params, body, principal, facts }) => {
      facts.log['exception'] = params.id
      const read = body as z.output<Body>
      const outcome = await actOnOne(deps, principal, params.id, read.version, route.toAction(read))
      const status = outcome === 'pending_approval' ? 202 : 200
      return { status, body: await readWhole(deps, params.id) }
    },
  )

const addEdits = (api: Api, deps: Deps): void => {
  addAction(api, deps, {
    verb: 'assign',
    summary: 'Give an exception to somebody, or with null to nobody',
    allow: ACTORS,
    body: z.strictObject({ version: version(), ...ASSIGN }),
    errors: [],
    toAction: ({ owner }) => ({ type: 'assign', owner }),
  })
  addAction(api, deps, {
    verb: 'note',
    summary: 'Add a note, for good',
    allow: ACTORS,
    body: z.strictObject({ version: version(), ...NOTE }),
    errors: [],
    toAction: ({ text }) => ({ type: 'note', text }),
  })
  addAction(api, deps, {
    verb: 'reopen',
    summary: 'Open what a person resolved; its adjustment is taken back to the cent',
    allow: ACTORS,
    body: z.strictObject({ version: version(), ...REOPEN }),
    errors: ['invalid_state'],
    toAction: ({ note }) => ({ type: 'reopen', note }),
  })
}

const addDecisions = (api: Api, deps: Deps): void => {
  addAction(api, deps, {
    verb: 'resolve',
    summary: 'Resolve with a reason; 202 when a second person must agree',
    allow: ACTORS,
    body: z.strictObject({ version: version(), ...resolveShape() }).superRefine(resolveRule),
    errors: ['invalid_state'],
    toAction: (body) => ({ type: 'resolve', wish: toWish(body) }),
  })
  addAction(api, deps, {
    verb: 'approve',
    summary: 'Agree to what another person asked for; exactly the shown entry is posted',
    allow: APPROVERS,
    body: z.strictObject({ version: version(), note: optionalNote() }),
    errors: ['invalid_state', 'second_person_required', 'approval_expired'],
    toAction: ({ note }) => ({ type: 'approve', note: note ?? null }),
  })
  addAction(api, deps, {
    verb: 'reject',
    summary: 'End a request for approval without doing it; whoever asked may take it back so',
    allow: ACTORS,
    body: z.strictObject({ version: version(), note: noteField() }),
    errors: ['invalid_state', 'approval_expired'],
    toAction: ({ note }) => ({ type: 'reject', note }),
  })
}

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

const addBulk = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/reconciliation/exceptions/bulk',
      summary: 'One action with every exception that a filter matches, or with none of them',
      allow: ACTORS,
      body: bulkBody,
      answers: { 200: bulkAnswer },
      errors: [
        'count_differs',
        'bulk_too_large',
        'invalid_state',
        'second_person_required',
        'approval_expired',
      ],
    },
    async ({ body, principal }) => {
      const { filter, expected_count: expected, action } = body
      const done = await actOnMany(deps, principal, filter, expected, toBulkAction(action))
      return {
        status: 200,
        body: { count: done.count, done: done.done, pending_approval: done.pending_approval },
      }
    },
  )

const reasonSchema = z.strictObject({ code: z.string(), text: z.string(), note_required: z.boolean() })

const addReasons = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/exceptions/reasons',
      summary: 'Reason codes per category',
      allow: READERS,
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

/** The exception desk: what a person does with one exception or with many. To be added before `/exceptions/{id}`. */
export const addDeskRoutes = (api: Api, deps: Deps): void => {
  addReasons(api, deps)
  addBulk(api, deps)
  addEdits(api, deps)
  addDecisions(api, deps)
}
