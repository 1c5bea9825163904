import { createInfiniteQuery } from '@tanstack/svelte-query'
import { api } from './api.ts'

/** A page of a list as the API gives it. */
export interface ListPage<Row> {
  readonly data: readonly Row[]
  readonly next_cursor: string | null
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

interface Asked {
  readonly key: readonly unknown[]
  readonly path: string
  readonly query: Query
  readonly refetchMs?: number
}

/** A list that goes on from page to page; `ask` is called anew when what it reads changes. */
export const createList = <Row>(ask: () => Asked) =>
  createInfiniteQuery(() => {
    const { key, path, query, refetchMs } = ask()
    return {
      queryKey: [...key, query],
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        api.get<ListPage<Row>>(path, { ...query, cursor: pageParam }, { signal }),
      initialPageParam: '',
      getNextPageParam: (last: ListPage<Row>) => last.next_cursor,
      ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
    }
  })
