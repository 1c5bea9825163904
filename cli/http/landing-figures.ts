import { businessDateOf } from '#core/business-date.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { listIncidents } from '../../alerting/incidents/find-incident.ts'
import { readMetrics } from '../../ingest/metrics/read-metrics.ts'

const readTakings = loadSql(import.meta.url, '../sql/today_read_takings.sql')
const selectLatestPayments = loadSql(import.meta.url, '../sql/payment_select_latest.sql')
const selectLatestCertificates = loadSql(import.meta.url, '../sql/certificate_select_latest_dates.sql')
const countOpenExceptions = loadSql(import.meta.url, '../sql/exception_count_open.sql')

const PAYMENTS_SHOWN = 10
const CERTIFICATES_SHOWN = 14
const INCIDENTS_SHOWN = 10
const HOUR_MS = 3_600_000

export interface Takings {
  readonly method: string
  readonly currency: string
  readonly count: number
  readonly amount: bigint
  readonly refunded: bigint
}

export interface LatestPayment {
  readonly id: string
  readonly till_id: string
  readonly method: string
  readonly currency: string
  readonly amount: bigint
  readonly status: string
  readonly decline_code: string | null
  readonly created_at: Date
}

export interface LatestCertificate {
  readonly business_date: string
  readonly currency: string
  readonly balance_type: string
  readonly version: number
  readonly opening: bigint
  readonly closing: bigint
  readonly clean: boolean
  readonly open_exceptions: number
}

/** What the landing page shows, read at one moment. */
export const readFigures = async (deps: Deps) => {
  const { db, env, shop } = deps
  const now = env.clock.now()
  const today = businessDateOf(now, shop.account.zone)
  const [takings, payments, certificates, exceptions, metrics, incidents] = await Promise.all([
    db.rows<Takings>(readTakings, [today]),
    db.rows<LatestPayment>(selectLatestPayments, [PAYMENTS_SHOWN]),
    db.rows<LatestCertificate>(selectLatestCertificates, [CERTIFICATES_SHOWN]),
    db.first<{ open: number }>(countOpenExceptions),
    readMetrics(deps, { from: new Date(now.getTime() - HOUR_MS), to: now }),
    listIncidents(deps, { state: 'unresolved' }, { limit: INCIDENTS_SHOWN }),
  ])
  return {
    now,
    today,
    takings,
    payments,
    certificates,
    openExceptions: exceptions?.open ?? 0,
    metrics,
    incidents,
  }
}

export type Figures = Awaited<ReturnType<typeof readFigures>>
