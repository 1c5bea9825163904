import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import { instantField, textField } from '#core/http/fields.ts'
import { cursorField, limitField, pageOf, pageSchema, timePosition } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import {
  addSilence,
  endSilence,
  findSilence,
  listSilences,
  type StoredSilence,
} from '../silences/silence-store.ts'
import { ACTORS, idParams, instant, nameOf, READERS } from './wire.ts'

const MATCHERS_MAX = 10
const HOURS_MAX = 24
const MINUTE_MS = 60_000

const matcher = z.strictObject({
  label: z.string().regex(/^[a-zA-Z_]\w{0,60}$/, 'must be the name of a label'),
  is: z.enum(['equal', 'not_equal']).default('equal'),
  value: textField(200),
})

const silenceSchema = z.strictObject({
  id: z.string(),
  status: z.enum(['waiting', 'active', 'ended']),
  matchers: z.array(matcher),
  author: z.string(),
  reason: z.string(),
  from: z.string(),
  until: z.string(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  ended_by: z.string().nullable(),
})

const statusOf = (row: StoredSilence, now: Date): 'waiting' | 'active' | 'ended' => {
  if (row.ended_at !== null || row.until_at <= now) return 'ended'
  return row.from_at > now ? 'waiting' : 'active'
}

const toWire = (row: StoredSilence, now: Date) => ({
  id: row.id,
  status: statusOf(row, now),
  matchers: row.matchers.map((one) => ({ ...one })),
  author: row.author,
  reason: row.reason,
  from: row.from_at.toISOString(),
  until: row.until_at.toISOString(),
  created_at: row.created_at.toISOString(),
  ended_at: instant(row.ended_at),
  ended_by: row.ended_by,
})

const newSilence = z
  .strictObject({
    matchers: z.array(matcher).min(1, 'name at least one label').max(MATCHERS_MAX),
    reason: textField(500),
    from: instantField().optional(),
    until: instantField().optional(),
    minutes: z
      .number()
      .int()
      .min(1)
      .max(HOURS_MAX * 60)
      .optional(),
  })
  .refine(({ until, minutes }) => (until === undefined) !== (minutes === undefined), {
    path: ['until'],
    message: 'say either until when, or for how many minutes',
  })

const addNew = (api: Api, deps: Deps, unsilenceable: readonly string[]): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/silences',
      summary: 'Has alerts of a kind told to nobody for a while; they are evaluated all the same',
      allow: ACTORS,
      scope: 'shop',
      body: newSilence,
      answers: { 201: silenceSchema },
      errors: [],
    },
    async ({ body: { matchers, reason, from, until, minutes = 0 }, principal, facts }) => {
      const now = deps.env.clock.now()
      const begin = from ?? now
      const asked = {
        matchers,
        reason,
        from: begin,
        until: until ?? new Date(begin.getTime() + minutes * MINUTE_MS),
        author: await nameOf(deps, principal),
      }
      const made = toWire(await addSilence(deps, asked, unsilenceable), now)
      facts.audit = { object: made.id, after: made }
      return { status: 201, body: made }
    },
  )

const listQuery = z.strictObject({
  ended: z.enum(['true', 'false']).default('false'),
  limit: limitField(),
  cursor: cursorField(timePosition('sil')).optional(),
})

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/silences',
      summary: 'Silences, the one that ends last first; with `ended=true` also those of the past',
      allow: READERS,
      scope: 'shop',
      query: listQuery,
      answers: { 200: pageSchema(silenceSchema) },
      errors: [],
    },
    async ({ query: { limit, cursor, ended } }) => {
      const at = deps.env.clock.now()
      const options = { at, endedToo: ended === 'true', limit: limit + 1, after: cursor }
      const rows = await listSilences(deps, options)
      const positionOf = ({ until_at: until, id }: StoredSilence) => ({ at: until.toISOString(), id })
      return { status: 200, body: pageOf(rows, limit, (row) => toWire(row, at), positionOf) }
    },
  )

const addEnd = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'delete',
      path: '/silences/{id}',
      summary: 'Ends a silence now; the row stays',
      allow: ACTORS,
      scope: 'shop',
      params: idParams('sil'),
      answers: { 200: silenceSchema },
      errors: [],
    },
    async ({ params: { id }, principal, facts }) => {
      const at = deps.env.clock.now()
      const before = toWire(await findSilence(deps, id), at)
      const ended = toWire(await endSilence(deps, { id, by: await nameOf(deps, principal), at }), at)
      facts.audit = { object: id, before, after: ended }
      deps.wakeups.wake('alerts')
      return { status: 200, body: ended }
    },
  )

/** Silences: who asked for silence, why, and until when. `unsilenceable` are names of rules that one person cannot silence. */
export const addSilenceRoutes = (api: Api, deps: Deps, unsilenceable: readonly string[]): void => {
  addNew(api, deps, unsilenceable)
  addList(api, deps)
  addEnd(api, deps)
}
