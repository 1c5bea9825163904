import { z } from 'zod'
import { TillwatchError } from '#core/errors.ts'
import { readJson } from '#core/http/read-json.ts'

const eventSchema = z.looseObject({
  event: z.looseObject({
    id: z.string().min(1).max(200),
    event_type: z.string().min(1).max(100),
    occurred_at: z.iso.datetime({ offset: true }),
    agent: z.looseObject({ type: z.string(), summary: z.string().optional() }).nullish(),
    data: z.looseObject({ incident_key: z.string().nullish() }).nullish(),
  }),
})

/** What the pager says of an incident. */
export interface PagerEvent {
  readonly id: string
  readonly type: string
  readonly at: Date
  /** Who did it, when a person did. */
  readonly person: string | null
  /** The key under which we told the pager of the incident. */
  readonly key: string | null
}

/** Reads an event of PagerDuty's webhooks, version 3. Throws what a body of another form throws. */
export const readPagerEvent = (body: Uint8Array): PagerEvent => {
  const parsed = eventSchema.safeParse(readJson(body))
  if (!parsed.success) throw new TillwatchError('validation_failed')
  const { id, event_type: type, occurred_at: at, agent, data } = parsed.data.event
  const person = agent?.type === 'user_reference' ? (agent.summary ?? 'somebody') : null
  return { id, type, at: new Date(at), person, key: data?.incident_key ?? null }
}
