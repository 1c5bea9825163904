import type { Role } from '#core/access/roles.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const findByEmail = loadSql(import.meta.url, 'sql/person_find_by_email.sql')
const findById = loadSql(import.meta.url, 'sql/person_find.sql')
const countPeople = loadSql(import.meta.url, 'sql/people_count.sql')

/** A person with everything that they prove themselves by; never to be shown whole. */
export interface Person {
  readonly id: string
  readonly email: string | null
  readonly name: string
  readonly role: Role
  readonly stores: readonly string[] | null
  readonly password_hash: string | null
  readonly pin_hash: string | null
  readonly totp_secret: string | null
  readonly totp_last_step: bigint | null
  readonly totp_confirmed_at: Date | null
  readonly status: 'invited' | 'active' | 'removed'
  readonly version: number
}

type Row = Omit<Person, 'totp_last_step'> & { readonly totp_last_step: string | bigint | null }

const toPerson = (row: Row | undefined): Person | undefined =>
  row && { ...row, totp_last_step: row.totp_last_step === null ? null : BigInt(row.totp_last_step) }

/** The person with this e-mail address, in whatever letters it is written. */
export const personByEmail = async (db: Db, email: string): Promise<Person | undefined> =>
  toPerson(await db.first<Row>(findByEmail, [email.trim().toLowerCase()]))

/** The person with this id. */
export const personById = async (db: Db, id: string): Promise<Person | undefined> =>
  toPerson(await db.first<Row>(findById, [id]))

/** True until the first person was made: then the first admin is set up. */
export const isNobodyYet = async (db: Db): Promise<boolean> =>
  (await db.first<{ people: number }>(countPeople))?.people === 0
