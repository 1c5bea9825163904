import type { Exception } from './compare.ts'
import type { World } from './world.ts'
import { setTimeout as pause } from 'node:timers/promises'

export interface Found {
  readonly open: readonly Exception[]
  readonly opened: number
  readonly healed: number
  readonly posted: number
  /** Dates that are not certified clean. */
  readonly notClean: readonly string[]
  /** Certificates that were ever issued. */
  readonly versions: number
}

interface Run {
  readonly id: string
  readonly status: string
  readonly error: unknown
  readonly summary: {
    readonly posted: number
    readonly exceptions: { readonly opened: number; readonly healed: number }
    readonly dates: readonly { readonly date: string; readonly status: string }[]
  } | null
}

const listOpen = async (world: World): Promise<Exception[]> => {
  const all: Exception[] = []
  for (let cursor = ''; ;) {
    const { status, body } = await world.call(
      'GET',
      `/reconciliation/exceptions?status=open&limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )
    if (status !== 200) throw new Error(`exceptions: ${status} ${JSON.stringify(body)}`)
    const { data, next_cursor: next } = body as unknown as { data: Exception[]; next_cursor: string | null }
    all.push(...data)
    if (next === null) return all
    cursor = encodeURIComponent(next)
  }
}

const LOOK_EVERY_MS = 50

/** Reconciles the business dates `from` to `to` and reads what is open then. Throws when the run failed. */
export const reconcile = async (world: World, from: string, to: string): Promise<Found> => {
  let { body } = await world.call('POST', '/reconciliation/runs', { from, to })
  while (['pending', 'running'].includes(String(body['status']))) {
    await pause(LOOK_EVERY_MS)
    body = (await world.call('GET', `/reconciliation/runs/${String(body['id'])}`)).body
  }
  const run = body as unknown as Run
  if (run.status !== 'succeeded' || !run.summary)
    throw new Error(`run ${from}..${to}: ${JSON.stringify(run).slice(0, 1_000)}`)
  const { posted, exceptions, dates } = run.summary
  const { rows } = await world.owner.query<{ n: number }>('SELECT count(*)::integer AS n FROM certificates')
  return {
    open: await listOpen(world),
    opened: exceptions.opened,
    healed: exceptions.healed,
    posted,
    notClean: dates.filter(({ status }) => status !== 'clean').map(({ date, status }) => `${date} ${status}`),
    versions: rows[0]?.n ?? 0,
  }
}
