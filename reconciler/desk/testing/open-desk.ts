import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import { reconcilerRoutes } from '../../routes.ts'
import { createWorld, type World } from '../../testing/world.ts'

/** An exception as the desk's routes answer it; only what tests read. */
export interface Shown {
  readonly id: string
  readonly category: string
  readonly object: string
  readonly status: string
  readonly version: number
  readonly severity: string
  readonly resolution: string | null
  readonly owner: string | null
  readonly adjustment_entry: string | null
  readonly difference: number
  readonly age_s: number
  readonly due_at: string
  readonly approval: { readonly requested_by: string } | null
  readonly approvals: readonly {
    readonly status: string
    readonly postings: readonly unknown[]
    readonly agreers: readonly string[]
  }[]
  readonly history: readonly { readonly change: string; readonly why: string | null; readonly by: unknown }[]
  readonly [field: string]: unknown
}

export interface Listed {
  readonly data: readonly Shown[]
  readonly next_cursor: string | null
  readonly count: number
  readonly value_at_risk: readonly unknown[]
}

export interface Answer<Body = Shown> {
  readonly status: number
  readonly body: Body & { readonly error?: { readonly code: string; readonly [field: string]: unknown } }
}

/** Whoever works at the desk of a test. Ann has two tokens: one of finance, one of a manager. */
export const PEOPLE = {
  ann: { name: 'Ann', role: 'finance' },
  annAsManager: { name: 'Ann (manager)', role: 'manager', person: 'Ann' },
  fay: { name: 'Fay', role: 'finance' },
  ben: { name: 'Ben', role: 'manager' },
  cleo: { name: 'Cleo', role: 'manager' },
  otto: { name: 'Otto', role: 'auditor' },
  kit: { name: 'Kit', role: 'cashier' },
  ada: { name: 'Ada', role: 'admin' },
  nora: { name: 'Nora', role: 'oncall' },
} as const
export type Person = keyof typeof PEOPLE

/** A world with people at its desk, whose calls go through the routes. */
export type DeskWorld = World & {
  ask<Body = Shown>(path: string, who?: Person): Promise<Answer<Body>>
  send<Body = Shown>(path: string, body: unknown, who?: Person): Promise<Answer<Body>>
  list(query?: string): Promise<Listed>
  /** The exception about an object. */
  about(object: string): Promise<Shown>
  /** A POST on the exception about an object, at the version it has now. */
  act(object: string, verb: string, body: object, who?: Person): Promise<Answer>
  /** What stands in suspense and clearing: `account object currency amount` per line. */
  open(): Promise<string[]>
  /** What stands on accounts of income and expense that the desk books to: `account currency amount` per line. */
  booked(): Promise<string[]>
}

const sums = async (world: World, where: string, columns: string): Promise<string[]> => {
  const rows = await world.db.rows<{ line: string }>(
    `SELECT concat_ws(' ', ${columns}, sum(amount)) AS line FROM postings WHERE ${where}
     GROUP BY ${columns} HAVING sum(amount) <> 0 ORDER BY 1`,
  )
  return rows.map(({ line }) => line)
}

const openDoor = async (world: World) => {
  const tokens = new Map<string, string>()
  for (const [who, wanted] of Object.entries(PEOPLE))
    tokens.set(who, (await createToken(world.deps.env, world.db, wanted)).token)
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  return async <Body>(method: string, path: string, who: Person, body?: unknown): Promise<Answer<Body>> => {
    const answer = await root.request(`http://test${path}`, {
      method,
      headers: { authorization: `Bearer ${tokens.get(who)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Answer<Body>['body'] }
  }
}

/** Opens the desk of a fresh world. */
export const openDeskWorld = async (now: string): Promise<DeskWorld> => {
  const world = await createWorld(now)
  const call = await openDoor(world)
  const list = async (query = '') =>
    (await call<Listed>('GET', `/reconciliation/exceptions?${query}`, 'otto')).body
  const about = async (object: string): Promise<Shown> => {
    const [found] = (await list(`q=${object}`)).data
    if (!found) throw new Error(`no exception about ${object}`)
    return (await call<Shown>('GET', `/exceptions/${found.id}`, 'otto')).body
  }
  return {
    ...world,
    list,
    about,
    ask: async (path, who = 'ann') => call('GET', path, who),
    send: async (path, body, who = 'ann') => call('POST', path, who, body),
    act: async (object, verb, body, who = 'ann') => {
      const { id, version } = await about(object)
      return call('POST', `/reconciliation/exceptions/${id}/${verb}`, who, { version, ...body })
    },
    open: async () =>
      sums(world, "account = 'suspense' OR account LIKE 'clearing:%'", 'account, object, currency'),
    booked: async () =>
      sums(
        world,
        "account IN ('expense:reconciliation_write_offs', 'revenue:reconciliation_gains', 'revenue:refunds')",
        'account, currency',
      ),
  }
}
