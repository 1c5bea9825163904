import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import type { ErrorCode } from '#core/error-codes.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { actOnOne, type Action } from '../desk/act.ts'
import {
  ASSIGN,
  NOTE,
  noteField,
  optionalNote,
  REOPEN,
  resolveRule,
  resolveShape,
  toWish,
  versionField,
} from './desk-bodies.ts'
import { addBulk, addReasons } from './desk-bulk-routes.ts'
import { wholeSchema } from './exception-wire.ts'
import { readWhole } from './exception-routes.ts'
import { ACTORS, idParams } from './wire.ts'

interface ActionRoute<Body extends z.ZodType> {
  readonly verb: string
  readonly summary: string
  readonly allow: readonly Role[]
  /** It can book money. */
  readonly stepUp?: true
  readonly body: Body
  readonly errors: readonly ErrorCode[]
  readonly toAction: (body: z.output<Body>) => Action
}

/** What of an exception people change, for the audit trail. */
const audited = (whole: z.output<typeof wholeSchema>) => ({
  status: whole.status,
  owner: whole.owner,
  resolution: whole.resolution,
  reason: whole.reason,
  resolved_by: whole.resolved_by,
  adjustment_entry: whole.adjustment_entry,
  approval: whole.approval,
  last_note: whole.last_note,
  version: whole.version,
})

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
      scope: 'shop',
      ...(route.stepUp ? { stepUp: true as const } : {}),
      params: idParams('exc'),
      body: route.body,
      answers: { 200: wholeSchema, ...(route.verb === 'resolve' ? { 202: wholeSchema } : {}) },
      errors: ['version_stale', ...route.errors],
    },
    async ({ params, body, principal, facts }) => {
      facts.log['exception'] = params.id
      const read = body as z.output<Body>
      const before = await readWhole(deps, params.id)
      const outcome = await actOnOne(deps, principal, params.id, read.version, route.toAction(read))
      const status = outcome === 'pending_approval' ? 202 : 200
      const whole = await readWhole(deps, params.id)
      facts.audit = { object: params.id, before: audited(before), after: audited(whole) }
      return { status, body: whole }
    },
  )

const addEdits = (api: Api, deps: Deps): void => {
  addAction(api, deps, {
    verb: 'assign',
    summary: 'Give an exception to somebody, or with null to nobody',
    allow: ACTORS,
    body: z.strictObject({ version: versionField(), ...ASSIGN }),
    errors: [],
    toAction: ({ owner }) => ({ type: 'assign', owner }),
  })
  addAction(api, deps, {
    verb: 'note',
    summary: 'Add a note, for good',
    allow: ACTORS,
    body: z.strictObject({ version: versionField(), ...NOTE }),
    errors: [],
    toAction: ({ text }) => ({ type: 'note', text }),
  })
  addAction(api, deps, {
    verb: 'reopen',
    summary: 'Open what a person resolved; its adjustment is taken back to the cent',
    allow: ACTORS,
    stepUp: true,
    body: z.strictObject({ version: versionField(), ...REOPEN }),
    errors: ['invalid_state'],
    toAction: ({ note }) => ({ type: 'reopen', note }),
  })
}

const addDecisions = (api: Api, deps: Deps): void => {
  addAction(api, deps, {
    verb: 'resolve',
    summary: 'Resolve with a reason; 202 when a second person must agree',
    allow: ACTORS,
    stepUp: true,
    body: z.strictObject({ version: versionField(), ...resolveShape() }).superRefine(resolveRule),
    errors: ['invalid_state'],
    toAction: (body) => ({ type: 'resolve', wish: toWish(body) }),
  })
  addAction(api, deps, {
    verb: 'approve',
    summary: 'Agree to what another person asked for; exactly the shown entry is posted',
    allow: ACTORS,
    stepUp: true,
    body: z.strictObject({ version: versionField(), note: optionalNote() }),
    errors: ['invalid_state', 'second_person_required', 'refund_over_limit', 'approval_expired'],
    toAction: ({ note }) => ({ type: 'approve', note: note ?? null }),
  })
  addAction(api, deps, {
    verb: 'reject',
    summary: 'End a request for approval without doing it; whoever asked may take it back so',
    allow: ACTORS,
    body: z.strictObject({ version: versionField(), note: noteField() }),
    errors: ['invalid_state', 'approval_expired'],
    toAction: ({ note }) => ({ type: 'reject', note }),
  })
}

/** The exception desk: what a person does with one exception or with many. To be added before `/exceptions/{id}`. */
export const addDeskRoutes = (api: Api, deps: Deps): void => {
  addReasons(api, deps)
  addBulk(api, deps)
  addEdits(api, deps)
  addDecisions(api, deps)
}
