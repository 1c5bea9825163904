import { z } from '@hono/zod-openapi'
import { addDays, businessDateOf, datesBetween } from '#core/business-date.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { atRiskSchema } from '../desk/summary.ts'
import { listLatest } from '../publish/issue-certificates.ts'
import { readActivity } from '../scope.ts'
import { READERS, wire } from './wire.ts'

const listOpen = loadSql(import.meta.url, '../sql/exceptions_open_by_date.sql')

interface LatestCertificate {
  readonly id: string
  readonly business_date: string
  readonly currency: string
  readonly balance_type: string
  readonly version: number
  readonly closing: bigint
  readonly clean: boolean
}

interface OpenOfDate {
  readonly business_date: string
  readonly currency: string
  readonly open: number
  readonly at_risk: bigint
}

const STATES = ['clean', 'exceptions', 'open', 'none'] as const
type State = (typeof STATES)[number]

const daySchema = z.strictObject({
  date: z.string(),
  /** `none`: nothing happened, or not yet; `open`: no certificate yet; `exceptions`: one that is not clean, or an open exception. */
  state: z.enum(STATES),
  certificates: z.array(
    z.strictObject({
      id: z.string(),
      currency: z.string(),
      balance_type: z.string(),
      version: z.number().int(),
      closing: z.number().int(),
      clean: z.boolean(),
    }),
  ),
  open: z.number().int(),
  value_at_risk: atRiskSchema(),
})

const calendarSchema = z.strictObject({
  month: z.string(),
  today: z.string(),
  /** The first date with any business; null in a shop that has none yet. */
  first_date: z.string().nullable(),
  dates: z.array(daySchema),
})

const monthField = () =>
  z
    .string()
    .regex(/^(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])$/, 'must be a month, YYYY-MM')
    .openapi({ example: '2026-03' })

/** First and last date of a month. */
const datesOf = (month: string): readonly [first: string, last: string] => {
  const [year = 0, number = 0] = month.split('-').map(Number)
  const next = number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`
  return [`${month}-01`, addDays(next, -1)]
}

interface Place {
  readonly today: string
  readonly first: string | null
}

const stateOf = (
  date: string,
  { today, first }: Place,
  certificates: readonly LatestCertificate[],
  isOpen: boolean,
): State => {
  if (isOpen || certificates.some(({ clean }) => !clean)) return 'exceptions'
  if (certificates.length > 0) return 'clean'
  return first === null || date < first || date > today ? 'none' : 'open'
}

const toDay = (date: string, place: Place, certificates: LatestCertificate[], open: OpenOfDate[]) => ({
  date,
  state: stateOf(date, place, certificates, open.length > 0),
  certificates: certificates.map((row) => ({
    id: row.id,
    currency: row.currency,
    balance_type: row.balance_type,
    version: row.version,
    closing: wire(row.closing),
    clean: row.clean,
  })),
  open: open.reduce((all, row) => all + row.open, 0),
  value_at_risk: open.map((row) => ({ currency: row.currency, open: row.open, amount: wire(row.at_risk) })),
})

const readMonth = async (db: Db, month: string, place: Place) => {
  const [from, to] = datesOf(month)
  const dates = datesBetween(from, to)
  const certificates = await db.rows<LatestCertificate>(listLatest, [dates])
  const open = await db.rows<OpenOfDate>(listOpen, [from, to])
  const of = <Row extends { readonly business_date: string }>(rows: readonly Row[], date: string): Row[] =>
    rows.filter((row) => row.business_date === date)
  return dates.map((date) => toDay(date, place, of(certificates, date), of(open, date)))
}

/** A month of business dates with the newest certificates of each and what is open on it. */
export const addCalendar = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/reconciliation/calendar',
      summary: 'A month of business dates: certificates, open exceptions, what is at risk',
      allow: READERS,
      scope: 'shop',
      query: z.strictObject({ month: monthField().optional() }),
      answers: { 200: calendarSchema },
      errors: [],
    },
    async ({ query }) => {
      const today = businessDateOf(deps.env.clock.now(), deps.shop.account.zone)
      const month = query.month ?? today.slice(0, 7)
      const { first_date: first } = await readActivity(deps.db)
      const dates = await readMonth(deps.db, month, { today, first })
      return { status: 200, body: { month, today, first_date: first, dates } }
    },
  )
