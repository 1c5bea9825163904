import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { instantField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { toWireAmount } from '#core/money.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const listAccounts = loadSql(import.meta.url, '../sql/ledger_account_list.sql')
const listBalances = loadSql(import.meta.url, '../sql/ledger_balance_list.sql')
const listJournal = loadSql(import.meta.url, '../sql/journal_list_by_object.sql')

const READS_LEDGER: readonly Role[] = ['finance', 'manager', 'auditor']
const POSTINGS_MAX = 1_000
const OBJECT_MAX = 100

const accountSchema = z.strictObject({ code: z.string(), kind: z.string(), description: z.string() })
const balanceSchema = z.strictObject({
  account: z.string(),
  currency: z.string(),
  balance: z.number().int(),
})
const entrySchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  source_id: z.string(),
  occurred_at: z.string(),
  recorded_at: z.string(),
  business_date: z.string(),
  cause: z.strictObject({ kind: z.string(), id: z.string() }),
  corrects: z.string().nullable(),
  postings: z.array(
    z.strictObject({
      account: z.string(),
      object: z.string().nullable(),
      currency: z.string(),
      amount: z.number().int(),
    }),
  ),
})

interface JournalRow {
  readonly entry_id: string
  readonly kind: string
  readonly source_id: string
  readonly occurred_at: Date
  readonly recorded_at: Date
  readonly business_date: string
  readonly cause_kind: string
  readonly cause_id: string
  readonly corrects: string | null
  readonly account: string
  readonly object: string | null
  readonly currency: string
  readonly amount: bigint
}

const toEntries = (rows: readonly JournalRow[]): z.output<typeof entrySchema>[] => {
  const entries = new Map<string, z.output<typeof entrySchema>>()
  for (const row of rows) {
    const entry = entries.get(row.entry_id) ?? {
      id: row.entry_id,
      kind: row.kind,
      source_id: row.source_id,
      occurred_at: row.occurred_at.toISOString(),
      recorded_at: row.recorded_at.toISOString(),
      business_date: row.business_date,
      cause: { kind: row.cause_kind, id: row.cause_id },
      corrects: row.corrects,
      postings: [],
    }
    const { account, object, currency } = row
    entry.postings.push({ account, object, currency, amount: toWireAmount(row.amount) })
    entries.set(row.entry_id, entry)
  }
  return [...entries.values()]
}

const addAccounts = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/ledger/accounts',
      summary: 'The accounts of the ledger',
      allow: READS_LEDGER,
      scope: 'shop',
      answers: { 200: z.strictObject({ data: z.array(accountSchema) }) },
      errors: [],
    },
    async () => ({ status: 200, body: { data: await deps.db.rows(listAccounts) } }),
  )
}

const addBalances = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/ledger/balances',
      summary:
        'Balance of every account per currency, from all that occurred before an instant; debits positive',
      allow: READS_LEDGER,
      scope: 'shop',
      query: z.strictObject({ at: instantField().optional() }),
      answers: { 200: z.strictObject({ at: z.string(), data: z.array(balanceSchema) }) },
      errors: [],
    },
    async ({ query }) => {
      // Everything up to now is before the next millisecond.
      const at = query.at ?? new Date(deps.env.clock.now().getTime() + 1)
      const rows = await deps.db.rows<{ account: string; currency: string; balance: bigint }>(listBalances, [
        at,
      ])
      const data = rows.map((row) => ({ ...row, balance: toWireAmount(row.balance) }))
      return { status: 200, body: { at: at.toISOString(), data } }
    },
  )
}

const addJournal = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/ledger/journal',
      summary: 'Entries about a sale, a payment, a refund or an object of Stripe',
      allow: READS_LEDGER,
      scope: 'shop',
      query: z.strictObject({ object: textField(OBJECT_MAX) }),
      answers: { 200: z.strictObject({ data: z.array(entrySchema) }) },
      errors: [],
    },
    async ({ query }) => {
      const rows = await deps.db.rows<JournalRow>(listJournal, [query.object, POSTINGS_MAX])
      return { status: 200, body: { data: toEntries(rows) } }
    },
  )
}

/** `GET /ledger/accounts`, `/ledger/balances`, `/ledger/journal`. */
export const addLedgerRoutes = (api: Api, deps: Deps): void => {
  addAccounts(api, deps)
  addBalances(api, deps)
  addJournal(api, deps)
}
