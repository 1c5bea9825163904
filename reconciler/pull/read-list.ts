import type { Stage } from './stage.ts'

/** What a list is asked for; everything else about it is the caller's. */
export interface PageParams {
  readonly limit: number
  readonly starting_after?: string
}

export type FetchPage<Thing> = (
  params: PageParams,
) => Promise<{ readonly data: Thing[]; readonly has_more: boolean }>

const isLostCursor = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'resource_missing'

const readFrom = async <Thing extends { readonly id: string }>(
  stage: Stage,
  list: string,
  pageSize: number,
  fetch: FetchPage<Thing>,
): Promise<Thing[]> => {
  const kept = await stage.kept<Thing>(list)
  const objects = new Map(kept?.objects.map((object) => [object.id, object]))
  let position = kept?.pages ?? 0
  let cursor = kept?.cursor
  for (;;) {
    const page = await fetch({ limit: pageSize, ...(cursor === undefined ? {} : { starting_after: cursor }) })
    for (const object of page.data) objects.set(object.id, object)
    const last = page.data.at(-1)
    if (!page.has_more || last === undefined) return [...objects.values()]
    cursor = last.id
    position += 1
    // The last page is never staged: a run killed after it reads one page again.
    await stage.keep(list, position, cursor, page.data)
  }
}

/**
 * Every object of one of Stripe's lists, the newest first, each once; goes on after the pages that `stage` has of it. A
 * cursor whose object Stripe has no more starts the list anew. Throws when any page fails: half a list is none.
 */
export const readList = async <Thing extends { readonly id: string }>(
  stage: Stage,
  list: string,
  pageSize: number,
  fetch: FetchPage<Thing>,
): Promise<Thing[]> => {
  try {
    return await readFrom(stage, list, pageSize, fetch)
  } catch (error) {
    if (!isLostCursor(error)) throw error
    await stage.drop(list)
    return readFrom(stage, list, pageSize, fetch)
  }
}
