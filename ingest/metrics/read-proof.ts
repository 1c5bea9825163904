import { addDays, businessDateOf } from '#core/business-date.ts'
import { invariant } from '#core/errors.ts'
import type { Kpi } from '#core/kpi/kpi.ts'
import { countAllAttempts } from '#core/kpi/measure-attempts.ts'
import { mapMeasurement, measured, NO_DATA, type Measurement } from '#core/kpi/measurement.ts'
import { kpisOf } from '#core/kpi/settings.ts'
import { stateOf, type Sample } from '#core/kpi/state.ts'
import { toWireAmount } from '#core/money.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { fraction, shown } from './shown-kpi.ts'
import { factsOf } from './trend-document.ts'

const selectProof = loadSql(import.meta.url, 'sql/proof_select.sql')

const HOUR_MS = 3_600_000
/** What happened later is still on its way to ClickHouse. */
const ON_ITS_WAY_MS = 5 * 60_000

interface ProofRow {
  readonly attempts: number
  readonly movements: number
  readonly p99_ms: bigint | null
  readonly good: number
  readonly all_rows: number
  readonly overdue: number
  readonly open: number
  readonly at_risk: readonly { readonly currency: string; readonly amount: string; readonly count: number }[]
}

interface Counted {
  readonly numerator: number | null
  readonly denominator: number | null
}

const one = (
  kpi: Kpi,
  sample: Measurement<Sample>,
  decimals: number,
  counted: Counted,
  rows: string | null,
) => ({
  ...factsOf(kpi),
  ...shown(kpi, sample, decimals),
  ...counted,
  rows,
})

const whole = (value: number): Measurement<Sample> => fraction(BigInt(value), 1n, 1n)

const readRow = async ({ db, shop }: Pick<Deps, 'db' | 'shop'>, now: Date, from: Date, to: Date) => {
  const { zone } = shop.account
  const today = businessDateOf(now, zone)
  const dayAgo = new Date(now.getTime() - 24 * HOUR_MS)
  const params = [from, to, dayAgo, businessDateOf(dayAgo, zone), addDays(today, -30)]
  const row = await db.first<ProofRow>(selectProof, params)
  invariant(row, 'an aggregate without a row')
  return row
}

/** The KPIs of the books and of the pipeline, now; what could not be measured is null and says `failed`. */
export const readProof = async (deps: Pick<Deps, 'env' | 'db' | 'clickhouse' | 'shop'>) => {
  const now = deps.env.clock.now()
  const kpis = kpisOf(deps.shop)
  const to = new Date(now.getTime() - ON_ITS_WAY_MS)
  const from = new Date(to.getTime() - HOUR_MS)
  const [row, there] = await Promise.all([
    readRow(deps, now, from, to),
    countAllAttempts(deps.clickhouse, { from, to }),
  ])
  const missing = mapMeasurement(there, (count) => measured(Math.abs(row.attempts - Number(count))))
  const late = row.p99_ms === null ? NO_DATA : fraction(BigInt(row.p99_ms), 1n, BigInt(row.movements))
  const matched = fraction(BigInt(row.good), BigInt(row.all_rows), BigInt(row.all_rows))
  const open = '/reconciliation?status=open'
  return {
    as_of: now.toISOString(),
    data: [
      one(
        kpis.completeness,
        mapMeasurement(missing, whole),
        0,
        { numerator: missing.kind === 'measured' ? missing.value : null, denominator: row.attempts },
        null,
      ),
      one(kpis.timeliness, late, 0, { numerator: null, denominator: row.movements }, null),
      one(kpis.matchRate, matched, 4, { numerator: row.good, denominator: row.all_rows }, open),
      one(
        kpis.clearing,
        whole(row.overdue),
        0,
        { numerator: row.overdue, denominator: row.open },
        `${open}&category=clearing_overdue`,
      ),
    ],
    value_at_risk: {
      ...factsOf(kpis.valueAtRisk),
      state: stateOf(kpis.valueAtRisk, whole(row.open === 0 ? 0 : 1)),
      rows: open,
      amounts: row.at_risk.map(({ currency, amount, count }) => ({
        currency,
        amount: toWireAmount(BigInt(amount)),
        count,
      })),
    },
  }
}
