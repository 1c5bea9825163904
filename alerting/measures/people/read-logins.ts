import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const readFailures = loadSql(import.meta.url, 'sql/logins_read_failures.sql')
const countBareAdmins = loadSql(import.meta.url, 'sql/admins_read_bare.sql')

/** How far back failed log-ins are counted. */
export const LOGIN_WINDOW_MS = 10 * 60_000

/** Tries to log in that failed within the window. */
export interface LoginsReading extends Reading {
  readonly failed: number
  /** Most of one person, or of one e-mail address that nobody has. */
  readonly ofPerson: number
  /** Who that is; null where it is nobody we know. */
  readonly person: string | null
  /** Most from one address. */
  readonly ofAddress: number
  readonly address: string | null
}

interface FailuresRow {
  readonly failed: number
  readonly of_person: number
  readonly person: string | null
  readonly of_address: number
  readonly address: string | null
}

/** Failed log-ins as the audit trail has them: it keeps them when a later try succeeds, and those that were not looked at. */
export const loginsMeasure: Measure<LoginsReading> = {
  name: 'failed_logins',
  from: 'postgres',
  read: async ({ db }, at) => {
    const row = await db.first<FailuresRow>(readFailures, [new Date(at.getTime() - LOGIN_WINDOW_MS), at])
    invariant(row, 'an aggregate without a row')
    const { of_person: ofPerson, of_address: ofAddress, ...rest } = row
    return [{ labels: {}, ofPerson, ofAddress, ...rest }]
  },
}

/** Admins and what protects them. */
export interface AdminsReading extends Reading {
  readonly admins: number
  /** Ids of those who may log in and have no second factor. */
  readonly bare: readonly string[]
}

/** Admins without a second factor. */
export const adminsMeasure: Measure<AdminsReading> = {
  name: 'admins',
  from: 'postgres',
  read: async ({ db }) => {
    const row = await db.first<{ admins: number; bare: string[] }>(countBareAdmins)
    return [{ labels: {}, admins: row?.admins ?? 0, bare: row?.bare ?? [] }]
  },
}
