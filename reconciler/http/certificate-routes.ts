import { z } from '@hono/zod-openapi'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { cursorField, limitField, pageOf, pageSchema } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { certify } from '../certify.ts'
import { exceptionName } from '../domain/certificate.ts'
import { certificateCsv } from '../page/certificate-csv.ts'
import { certificatePage } from '../page/certificate-page.ts'
import { asCsv, asText, nameOf } from './certificate-answers.ts'
import { readCertificate, readPageFacts, type CertificateRecord, type PageFacts } from '../page/page-facts.ts'
import { dateRangeRule, dateRangeShape, idParams, READERS, wire } from './wire.ts'

const listCertificates = loadSql(import.meta.url, '../sql/certificates_list.sql')

const amount = () => z.number().int()
const certificateSchema = z.strictObject({
  id: z.string(),
  seq: z.number().int(),
  date: z.string(),
  currency: z.string(),
  balance_type: z.string(),
  version: z.number().int(),
  opening: amount(),
  closing: amount(),
  totals: z.array(
    z.strictObject({
      category: z.string(),
      count: z.number().int(),
      amount: amount(),
      fee: amount(),
      net: amount(),
    }),
  ),
  clean: z.boolean(),
  exceptions: z.array(z.string()),
  changes: z.array(
    z.strictObject({
      what: z.string(),
      id: z.string(),
      change: z.string(),
      fields: z.record(z.string(), z.tuple([z.string().nullable(), z.string().nullable()])).optional(),
    }),
  ),
  legs: z.strictObject({
    pairing: z.record(z.string(), z.number().int()),
    stripe: z
      .strictObject({
        read_at: z.string(),
        available: amount(),
        pending: amount(),
        net_since: amount(),
        agrees: z.boolean(),
        besides: z.record(z.string(), amount()),
      })
      .nullable(),
    own_postings: z.strictObject({ net: amount(), rows_net: amount(), agrees: z.boolean() }),
    tills: z.array(
      z.strictObject({
        till: z.string(),
        currency: z.string(),
        card: amount(),
        refunds: amount(),
        cash: amount(),
        checks: amount(),
      }),
    ),
  }),
  previous_digest: z.string(),
  digest: z.string(),
  evidence_digest: z.string().nullable(),
  format: z.number().int(),
  opening_basis: z.enum(['carried', 'first']).nullable(),
  issued_at: z.string(),
  run_id: z.string(),
})

const rowSchema = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  type: z.string(),
  reporting_category: z.string(),
  source: z.string().nullable(),
  amount: amount(),
  fee: amount(),
  net: amount(),
  currency: z.string(),
  created: z.string(),
  state: z.string(),
  category: z.string().nullable(),
  counterpart: z.string().nullable(),
})

const outstandingSchema = z.strictObject({
  account: z.string(),
  object: z.string(),
  currency: z.string(),
  amount: amount(),
  occurred_at: z.string(),
  state: z.string(),
})

const wholeSchema = certificateSchema.extend({
  rows: z.array(rowSchema),
  outstanding: z.array(outstandingSchema),
})

const snapshotOf = ({ stripe_snapshot: read }: CertificateRecord) =>
  read && {
    read_at: new Date(read.readAt).toISOString(),
    available: wire(read.available),
    pending: wire(read.pending),
    net_since: wire(read.netSince),
    agrees: read.agrees,
    besides: Object.fromEntries(
      Object.entries(read.besides ?? {}).map(([name, value]) => [name, wire(value)]),
    ),
  }

const toWire = (row: CertificateRecord) => ({
  id: row.id,
  seq: wire(row.seq),
  date: row.business_date,
  currency: row.currency,
  balance_type: row.balance_type,
  version: row.version,
  opening: wire(row.opening),
  closing: wire(row.closing),
  totals: row.totals.map((total) => ({
    category: total.category,
    count: total.count,
    amount: wire(total.amount),
    fee: wire(total.fee),
    net: wire(total.net),
  })),
  clean: row.clean,
  exceptions: row.exceptions.map(exceptionName),
  changes: [...row.changes],
  legs: {
    pairing: row.counts,
    stripe: snapshotOf(row),
    own_postings: {
      net: wire(row.ledger_net),
      rows_net: wire(row.currency_net),
      agrees: row.ledger_net === row.currency_net,
    },
    tills: row.tills.map((till) => ({
      till: till.till,
      currency: till.currency,
      card: wire(till.card),
      refunds: wire(till.refunds ?? 0n),
      cash: wire(till.cash),
      checks: wire(till.checks ?? 0n),
    })),
  },
  previous_digest: row.previous_digest,
  digest: row.digest,
  evidence_digest: row.evidence_digest,
  format: row.format,
  opening_basis: row.opening_basis,
  issued_at: row.issued_at.toISOString(),
  run_id: row.run_id,
})

const toWhole = ({ record, content }: PageFacts) => {
  return {
    ...toWire(record),
    rows: content.rows.map((row) => ({
      id: row.id,
      version: row.version,
      type: row.type,
      reporting_category: row.reportingCategory,
      source: row.source,
      amount: wire(row.amount),
      fee: wire(row.fee),
      net: wire(row.net),
      currency: row.currency,
      created: row.createdAt.toISOString(),
      state: row.state,
      category: row.category,
      counterpart: row.counterpart,
    })),
    outstanding: content.outstanding.map((item) => ({
      account: item.account,
      object: item.object,
      currency: item.currency,
      amount: wire(item.amount),
      occurred_at: item.occurredAt.toISOString(),
      state: item.state,
    })),
  }
}

const listQuery = z
  .strictObject({
    ...dateRangeShape(),
    limit: limitField(),
    cursor: cursorField(z.strictObject({ seq: z.number().int() })).optional(),
  })
  .superRefine(dateRangeRule(1_830))

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/certificates',
      summary: 'Certificates, newest link of the chain first',
      allow: READERS,
      scope: 'shop',
      query: listQuery,
      answers: { 200: pageSchema(certificateSchema) },
      errors: [],
    },
    async ({ query: { from, to, limit, cursor } }) => {
      const params = [from ?? null, to ?? null, cursor?.seq ?? null, limit + 1]
      const rows = await deps.db.rows<CertificateRecord>(listCertificates, params)
      return { status: 200, body: pageOf(rows, limit, toWire, (row) => ({ seq: wire(row.seq) })) }
    },
  )

const addOne = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/certificates/{id}',
      summary: 'One certificate with its rows and outstanding items; as JSON, a page of text, or CSV',
      allow: READERS,
      scope: 'shop',
      params: idParams('crt'),
      query: z.strictObject({ format: z.enum(['json', 'text', 'csv']).default('json') }),
      answers: { 200: z.union([wholeSchema, z.string()]) },
      errors: [],
    },
    async ({ params, query: { format } }) => {
      const facts = await readPageFacts(deps.db, params.id)
      const { zone } = deps.shop.account
      if (format === 'text') return asText(certificatePage(facts, zone))
      if (format === 'csv') return asCsv(certificateCsv(facts, zone), nameOf(facts))
      return { status: 200, body: toWhole(facts) }
    },
  )

const reportSchema = z.strictObject({
  checked: z.number().int(),
  findings: z.array(
    z.strictObject({ certificate: z.string(), what: z.string(), expected: z.string(), found: z.string() }),
  ),
  elsewhere: z.number().int(),
})

const addCertify = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/reconciliation/certify',
      summary: 'Re-check stored certificates, their chain and its head outside the database',
      allow: READERS,
      scope: 'shop',
      cost: 10,
      body: z.strictObject({ id: idParams('crt').shape.id.optional() }),
      bodyOptional: true,
      answers: { 200: reportSchema },
      errors: ['not_found'],
    },
    async ({ body: { id } }) => {
      const report = await certify(deps, id)
      const known =
        id === undefined || report.findings.length > 0 || (await readCertificate(deps.db, id)) !== undefined
      if (!known) throw new TillwatchError('not_found')
      return { status: 200, body: report }
    },
  )

/** Certificates: list, one, re-check. */
export const addCertificateRoutes = (api: Api, deps: Deps): void => {
  addList(api, deps)
  addOne(api, deps)
  addCertify(api, deps)
}
