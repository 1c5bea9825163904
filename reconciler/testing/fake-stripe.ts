import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Json = { id: string; created: number; [field: string]: unknown }

/** A row as a test writes it; everything else has a plain default. */
export type FakeRow = {
  id: string
  created: number
  amount: number
  fee?: number
  type?: string
  reporting_category?: string
  source?: string | null
  currency?: string
  payout?: string
}

/** The few read endpoints that the reconciler uses, over facts that a test changes by hand. */
export type FakeStripe = {
  readonly url: string
  readonly rows: Map<string, FakeRow>
  readonly objects: Map<string, Json>
  /** Paths asked for, oldest first. */
  readonly calls: string[]
  /** Answers 500 to every call whose path has this text. */
  failOn: string | undefined
  /** Money that no row accounts for, by currency. */
  balanceBesides: Map<string, number>
  close(): Promise<void>
}

const toRow = (row: FakeRow): Json => ({
  object: 'balance_transaction',
  available_on: row.created + 86_400,
  balance_type: 'payments',
  description: null,
  exchange_rate: null,
  fee: row.fee ?? 0,
  net: row.amount - (row.fee ?? 0),
  currency: row.currency ?? 'gbp',
  type: row.type ?? 'charge',
  reporting_category: row.reporting_category ?? row.type ?? 'charge',
  source: row.source ?? null,
  id: row.id,
  created: row.created,
  amount: row.amount,
})

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const listOf = (all: readonly Json[], query: URLSearchParams) => {
  const gte = Number(query.get('created[gte]') ?? 0)
  const lt = Number(query.get('created[lt]') ?? Infinity)
  const fitting = all
    .filter(({ created }) => created >= gte && created < lt)
    .sort((one, other) => other.created - one.created || (one.id < other.id ? 1 : -1))
  const after = query.get('starting_after')
  const start = after === null ? 0 : fitting.findIndex(({ id }) => id === after) + 1
  const limit = Number(query.get('limit') ?? 10)
  const data = fitting.slice(start, start + limit)
  return { object: 'list', url: '', data, has_more: start + limit < fitting.length }
}

/** Serves `rows` and `objects` on a loopback port. */
export const startFakeStripe = async (): Promise<FakeStripe> => {
  const rows = new Map<string, FakeRow>()
  const objects = new Map<string, Json>()
  const calls: string[] = []
  /** What a row is about stands in it when it is asked for and there is such a thing. */
  const show = (row: FakeRow, query: URLSearchParams): Json => {
    const isExpanded = [...query].some(([name, path]) => name.startsWith('expand') && path.endsWith('source'))
    const source = objects.get(row.source ?? '')
    return isExpanded && source ? { ...toRow(row), source } : toRow(row)
  }
  const answer = (path: string, query: URLSearchParams): unknown => {
    const [, , resource = '', id] = path.split('/')
    if (resource === 'balance') {
      const sums = new Map([['gbp', 0], ...fake.balanceBesides])
      for (const row of rows.values()) {
        const currency = row.currency ?? 'gbp'
        sums.set(currency, (sums.get(currency) ?? 0) + row.amount - (row.fee ?? 0))
      }
      const available = [...sums].map(([currency, amount]) => ({ amount, currency }))
      return { object: 'balance', available, pending: [] }
    }
    if (resource === 'balance_transactions') {
      if (id !== undefined) {
        const row = rows.get(id)
        return row && show(row, query)
      }
      // A page after a row that is there no more is refused, as Stripe does.
      if (query.has('starting_after') && !rows.has(query.get('starting_after') ?? '')) return undefined
      const payout = query.get('payout')
      const own = [...rows.values()].filter((row) => payout === null || row.payout === payout)
      return listOf(
        own.map((row) => show(row, query)),
        query,
      )
    }
    if (id !== undefined) return objects.get(id)
    return listOf(
      [...objects.values()].filter(({ object }) => `${String(object)}s` === resource),
      query,
    )
  }
  const fake = {
    rows,
    objects,
    calls,
    failOn: undefined as string | undefined,
    balanceBesides: new Map<string, number>(),
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    calls.push(url.pathname + url.search)
    if (fake.failOn !== undefined && request.url?.includes(fake.failOn))
      return send(response, 400, { error: { type: 'invalid_request_error', message: 'out of order' } })
    const body = answer(url.pathname, url.searchParams)
    if (body === undefined)
      return send(response, 404, {
        error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object' },
      })
    return send(response, 200, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
