import type { Deps } from '#core/service.ts'
import type { Word } from './ack-incident.ts'
import { addToTimeline, lockIncident } from './store-incident.ts'

/** Adds a person's note to an incident, also to one that is over. Throws `not_found`. */
export const noteIncident = async (
  { db }: Pick<Deps, 'db'>,
  { id, by, at, text }: Word & { readonly text: string },
): Promise<void> =>
  db.withTransaction(async (own) => {
    await lockIncident(own, id)
    await addToTimeline(own, id, at, [{ what: 'noted', by, detail: { text } }])
  })
