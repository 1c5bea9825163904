import { z } from '@hono/zod-openapi'
import type { ErrorCode } from '#core/error-codes.ts'
import { defineRoute } from '#core/http/api.ts'
import { textField } from '#core/http/fields.ts'
import {
  cursorField,
  limitField,
  pageOf,
  pageSchema,
  rangeRule,
  rangeShape,
  timePosition,
} from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { unackIncident, type Word } from '../incidents/ack-incident.ts'
import { listIncidents, type IncidentFilter } from '../incidents/find-incident.ts'
import { noteIncident } from '../incidents/note-incident.ts'
import { resolveIncident } from '../incidents/resolve-incident.ts'
import { incidentSchema, STATUSES, toIncident, toWhole, wholeSchema, type Status } from './incident-wire.ts'
import { readWhole } from './read-whole.ts'
import { takeIncident } from '../people/take-incident.ts'
import { ACTORS, idParams, nameOf, READERS } from './wire.ts'

const STATES: Readonly<Record<Status | 'open', NonNullable<IncidentFilter['state']>>> = {
  open: 'unresolved',
  firing: 'loud',
  acknowledged: 'acked',
  silenced: 'muted',
  resolved: 'resolved',
}

const listQuery = z
  .strictObject({
    status: z.enum([...STATUSES, 'open']).optional(),
    severity: z.enum(['critical', 'warning', 'info']).optional(),
    rule: textField(100).optional(),
    store: textField(40).optional(),
    ...rangeShape(),
    limit: limitField(),
    cursor: cursorField(timePosition('inc')).optional(),
  })
  .superRefine(rangeRule)

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/alerts',
      summary: 'Incidents, newest first; `open` is whatever is not resolved',
      allow: READERS,
      scope: 'shop',
      query: listQuery,
      answers: { 200: pageSchema(incidentSchema) },
      errors: [],
    },
    async ({ query: { limit, cursor, status, ...filter } }) => {
      const state = status && STATES[status]
      const page = { limit: limit + 1, ...(cursor ? { after: cursor } : {}) }
      const rows = await listIncidents(deps, { ...filter, state }, page)
      const positionOf = ({ opened_at: at, id }: (typeof rows)[number]) => ({ at: at.toISOString(), id })
      return { status: 200, body: pageOf(rows, limit, toIncident, positionOf) }
    },
  )

const answerWhole = async (deps: Deps, id: string) => {
  const { whole, evaluations } = await readWhole(deps, id)
  return { status: 200, body: toWhole(whole, evaluations) }
}

const addOne = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/alerts/{id}',
      summary: 'One incident: its alerts, messages, timeline and the points of its graph',
      allow: READERS,
      scope: 'shop',
      params: idParams('inc'),
      answers: { 200: wholeSchema },
      errors: [],
    },
    async ({ params }) => answerWhole(deps, params.id),
  )

/** What of an incident people change, for the audit trail. */
const audited = ({
  status,
  acknowledged,
  silenced_by,
  resolved_by,
  version,
}: z.output<typeof wholeSchema>) => ({
  status,
  acknowledged,
  silenced_by,
  resolved_by,
  version,
})

/** A verb of a person on one incident; `act` is told who and when. */
const addVerb = <Body extends z.ZodType>(
  api: Api,
  deps: Deps,
  verb: {
    readonly name: string
    readonly summary: string
    readonly body: Body
    readonly optional: boolean
    readonly errors: readonly ErrorCode[]
    readonly act: (word: Word, body: z.output<Body>) => Promise<unknown>
  },
): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: `/alerts/{id}/${verb.name}`,
      summary: verb.summary,
      allow: ACTORS,
      scope: 'shop',
      params: idParams('inc'),
      body: verb.body,
      ...(verb.optional ? { bodyOptional: true as const } : {}),
      answers: { 200: wholeSchema },
      errors: verb.errors,
    },
    async ({ params: { id }, body, principal, facts }) => {
      const by = await nameOf(deps, principal)
      const before = await answerWhole(deps, id)
      await verb.act({ id, by, at: deps.env.clock.now() }, body as z.output<Body>)
      Object.assign(facts.log, { incident: id })
      deps.wakeups.wake('alerts')
      const answer = await answerWhole(deps, id)
      facts.audit = {
        object: id,
        before: audited(before.body),
        after: { ...audited(answer.body), asked: body },
      }
      return answer
    },
  )

const NOTHING = z.strictObject({})

const addVerbs = (api: Api, deps: Deps): void => {
  addVerb(api, deps, {
    name: 'ack',
    summary: 'Takes an incident: nobody is told further until the acknowledgement runs out',
    body: z.strictObject({ via: z.enum(['api', 'ui']).default('api') }),
    optional: true,
    errors: ['invalid_state'],
    act: async (word, { via }) => takeIncident(deps, { ...word, via }),
  })
  addVerb(api, deps, {
    name: 'unack',
    summary: 'Gives an incident back: it is told again from its first step',
    body: NOTHING,
    optional: true,
    errors: ['invalid_state'],
    act: async (word) => unackIncident(deps, word),
  })
  addVerb(api, deps, {
    name: 'resolve',
    summary: 'Closes an incident; whoever was told of it hears so',
    body: z.strictObject({ why: textField(500).optional() }),
    optional: true,
    errors: [],
    act: async (word, { why }) => resolveIncident(deps, { ...word, why: why ?? null }),
  })
  addVerb(api, deps, {
    name: 'notes',
    summary: 'Adds a note to the timeline',
    body: z.strictObject({ text: textField(2_000) }),
    optional: false,
    errors: [],
    act: async (word, { text }) => noteIncident(deps, { ...word, text }),
  })
}

/** Incidents for people: list, one, and what a person says of one. */
export const addIncidentRoutes = (api: Api, deps: Deps): void => {
  addList(api, deps)
  addOne(api, deps)
  addVerbs(api, deps)
}
