import { z } from '@hono/zod-openapi'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { instantField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { ACTORS, idParams, readEvent, shownSchema } from './webhook-wire.ts'

const retryEvent = loadSql(import.meta.url, 'sql/webhook_event_retry.sql')
const retryEvents = loadSql(import.meta.url, 'sql/webhook_event_retry_many.sql')
const lockRetryable = loadSql(import.meta.url, 'sql/webhook_event_lock_retryable.sql')

/** What a retry changes of an event, for the audit trail. */
const audited = ({ status, attempts, last_error }: Awaited<ReturnType<typeof readEvent>>) => ({
  status,
  attempts,
  last_error,
})

/** `POST /webhooks/{id}/retry`. */
export const addRetry = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/webhooks/{id}/retry',
      summary: 'Apply a failed or parked event again, now',
      allow: ACTORS,
      scope: 'shop',
      params: idParams,
      answers: { 202: shownSchema },
      errors: ['invalid_state'],
    },
    async ({ params, facts }) => {
      const { id } = params
      const before = await readEvent(deps, id)
      const retried = await deps.db.run(retryEvent, [id, deps.env.clock.now()])
      const event = await readEvent(deps, id)
      if (retried === 0) throw new TillwatchError('invalid_state')
      facts.audit = { object: id, before: audited(before), after: audited(event) }
      deps.wakeups.wake('inbox')
      return { status: 202, body: event }
    },
  )

const retryBody = z.strictObject({
  status: z.enum(['failed', 'parked']),
  type: textField(200).optional(),
  from: instantField().optional(),
  to: instantField().optional(),
  expected_count: z.number().int().min(0).max(1_000_000).optional(),
})

type Filter = Omit<z.output<typeof retryBody>, 'expected_count'>

/** Nothing is retried unless there are exactly as many as the person saw. */
const retryMany = async (
  { db, env }: Pick<Deps, 'db' | 'env'>,
  { status, type, from, to }: Filter,
  expected: number | undefined,
): Promise<number> =>
  db.withTransaction(async (inside) => {
    const wanted = [status, type ?? null, from ?? null, to ?? null]
    const locked = await inside.rows(lockRetryable, wanted)
    if (expected !== undefined && locked.length !== expected)
      throw new TillwatchError('count_differs', undefined, { details: { count: locked.length } })
    return inside.run(retryEvents, [...wanted, env.clock.now()])
  })

/** `POST /webhooks/retry`: many at once; with `expected_count` exactly as many as the person saw, or none (`count_differs`). */
export const addRetryMany = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/webhooks/retry',
      summary: 'Apply all failed or all parked events again, now; of one type, received in a range, or all',
      allow: ACTORS,
      scope: 'shop',
      body: retryBody,
      answers: { 202: z.strictObject({ retried: z.number().int() }) },
      errors: ['count_differs'],
    },
    async ({ body: { expected_count: expected, ...filter }, facts }) => {
      const retried = await retryMany(deps, filter, expected)
      facts.log['retried'] = retried
      facts.audit = { object: 'webhooks', after: { ...filter, retried } }
      if (retried > 0) deps.wakeups.wake('inbox')
      return { status: 202, body: { retried } }
    },
  )
