import { submitObject } from '#core/inbox/submit-object.ts'
import type { Deps } from '#core/service.ts'
import { listPages } from './list-pages.ts'
import type { ListedObject, ObjectKind } from './object-kinds.ts'

type PollDeps = Pick<Deps, 'env' | 'db' | 'stripe' | 'wakeups' | 'metrics'>

const submitNews = async (
  deps: PollDeps,
  kind: ObjectKind,
  page: readonly ListedObject[],
): Promise<string[]> => {
  const behind = await kind.behind(deps.db, page)
  const ids: string[] = []
  // Oldest first, as they happened.
  for (const object of page.toReversed()) {
    if (!behind.has(object.id)) continue
    const id = await submitObject(deps.env, deps.db, { source: 'poller', object })
    if (id !== undefined) ids.push(id)
  }
  if (ids.length > 0) deps.wakeups.wake('inbox')
  return ids
}

/**
 * Reads Stripe's list of one kind of object from `from` to `to`, the second of `to` included, and puts into the inbox those
 * that tell what we do not know: what no event told us, or an event that Stripe lists no more. Answers how many there were and
 * the inbox's ids of the new ones. Throws `provider_unavailable` when a page fails; what was found until then is kept.
 */
export const pollObjects = async (
  deps: PollDeps,
  kind: ObjectKind,
  from: Date,
  to: Date,
): Promise<{ readonly objects: number; readonly newIds: string[] }> => {
  const created = { gte: Math.floor(from.getTime() / 1000), lte: Math.floor(to.getTime() / 1000) }
  const newIds: string[] = []
  let objects = 0
  for await (const page of listPages(created, kind.fetch(deps.stripe))) {
    objects += page.length
    newIds.push(...(await submitNews(deps, kind, page)))
  }
  return { objects, newIds }
}
