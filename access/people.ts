import type { Role } from '#core/access/roles.ts'
import { digestOf } from '#core/access/sessions.ts'
import { wallOf } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { passwordProblem } from './domain/password-rules.ts'
import { endSessionsOf } from './open-session.ts'
import { hashSecret } from './passwords.ts'
import { personById, type Person } from './person.ts'

const insertPerson = loadSql(import.meta.url, 'sql/person_insert.sql')
const changePersonRow = loadSql(import.meta.url, 'sql/person_change.sql')
const removePersonRow = loadSql(import.meta.url, 'sql/person_remove.sql')
const setPinRow = loadSql(import.meta.url, 'sql/person_set_pin.sql')
const activate = loadSql(import.meta.url, 'sql/person_activate.sql')
const resetMfaRow = loadSql(import.meta.url, 'sql/person_reset_mfa.sql')
const insertInvitation = loadSql(import.meta.url, 'sql/invitation_insert.sql')
const findInvitation = loadSql(import.meta.url, 'sql/invitation_find.sql')
const useInvitation = loadSql(import.meta.url, 'sql/invitation_use.sql')
const countAdmins = loadSql(import.meta.url, 'sql/admins_count.sql')

const INVITATION_MS = 7 * 86_400_000
const PIN = /^\d{4,8}$/

/** What people are kept with; of the shop only which stores there are. */
export type PeopleDeps = Pick<Deps, 'env' | 'db'> & {
  readonly shop: { readonly stores: readonly { readonly id: string }[] }
}

/** Somebody who is to have access. */
export interface NewPerson {
  readonly name: string
  readonly email: string | null
  readonly role: Role
  readonly stores: readonly string[] | null
  readonly pin: string | null
  /** Only for accounts that are ready at once: the first admin and the sandbox's. */
  readonly password?: string
  readonly totpSecret?: string
}

const fieldProblem = (path: string, message: string): TillwatchError =>
  new TillwatchError('validation_failed', undefined, { details: { issues: [{ path, message }] } })

const requireStores = ({ shop }: Pick<PeopleDeps, 'shop'>, stores: readonly string[] | null): void => {
  const unknown = stores?.find((id) => !shop.stores.some((store) => store.id === id))
  if (unknown !== undefined || stores?.length === 0) throw fieldProblem('stores', 'is no store of this shop')
}

/** The hash of a PIN of 4 to 8 digits. Throws `validation_failed` for another. */
export const hashPin = async (pin: string): Promise<string> => {
  if (!PIN.test(pin) || new Set(pin).size === 1)
    throw fieldProblem('pin', 'must have 4 to 8 digits, not all the same')
  return hashSecret(pin)
}

/** The hash of a password that keeps the rules. Throws `password_refused`. */
export const hashPassword = async (password: string, words: readonly string[]): Promise<string> => {
  const problem = passwordProblem(password, words)
  if (problem !== undefined) throw new TillwatchError('password_refused', problem)
  return hashSecret(password)
}

/** Adds a person and answers the id. Throws `validation_failed` for a store or e-mail address that cannot be. */
export const addPerson = async (deps: PeopleDeps, wanted: NewPerson, by: string): Promise<string> => {
  requireStores(deps, wanted.stores)
  const email = wanted.email?.trim().toLowerCase() ?? null
  if (email === null && wanted.role !== 'cashier')
    throw fieldProblem('email', 'everybody but a cashier needs one')
  const now = wallOf(deps.env).now()
  const id = newId(deps.env, 'person')
  const isReady = wanted.password !== undefined || email === null
  const rows = await deps.db.run(insertPerson, [
    id,
    email,
    wanted.name,
    wanted.role,
    wanted.stores,
    wanted.password === undefined ? null : await hashPassword(wanted.password, [wanted.name, email ?? '']),
    wanted.pin === null ? null : await hashPin(wanted.pin),
    wanted.totpSecret ?? null,
    wanted.totpSecret === undefined ? null : now,
    isReady ? 'active' : 'invited',
    now,
    by,
  ])
  if (rows === 0) throw fieldProblem('email', 'somebody has this e-mail address already')
  return id
}

/** Makes a link that lets the person choose a password, once, within a week; answers its secret. */
export const invite = async ({ env, db }: Pick<Deps, 'env' | 'db'>, personId: string): Promise<string> => {
  const secret = Buffer.from(env.random.bytes(32)).toString('hex')
  const now = wallOf(env).now()
  const end = new Date(now.getTime() + INVITATION_MS)
  await db.run(insertInvitation, [
    newId(env, 'invitation'),
    personId,
    digestOf(`invitation:${secret}`),
    now,
    end,
  ])
  return secret
}

/** Takes up an invitation: the person's password is set. Throws `credentials_invalid` for a link that is used, old or none. */
export const acceptInvitation = async (
  { env, db }: Pick<Deps, 'env' | 'db'>,
  secret: string,
  password: string,
): Promise<void> =>
  db.withTransaction(async (unit) => {
    const now = wallOf(env).now()
    const found = await unit.first<{ id: string; person_id: string; name: string; email: string | null }>(
      findInvitation,
      [digestOf(`invitation:${secret}`), now],
    )
    if (!found) throw new TillwatchError('credentials_invalid', 'This link was used, or is too old.')
    const hashed = await hashPassword(password, [found.name, found.email ?? ''])
    await unit.run(activate, [found.person_id, hashed])
    await unit.run(useInvitation, [found.id, now])
  })

/** Nobody locks the whole house out: the last admin stays one. */
const requireOtherAdmin = async (db: Db, person: Person): Promise<void> => {
  if (person.role !== 'admin' || person.status !== 'active') return
  const others = await db.first<{ admins: number }>(countAdmins, [person.id])
  if ((others?.admins ?? 0) === 0)
    throw new TillwatchError('invalid_state', 'This is the last admin: make another one first.')
}

const requirePerson = async (db: Db, id: string): Promise<Person> => {
  const person = await personById(db, id)
  if (!person) throw new TillwatchError('not_found')
  return person
}

const requireChanged = (rows: number): void => {
  if (rows === 0) throw new TillwatchError('version_stale')
}

/** What of a person can be changed. */
export interface PersonChange {
  readonly name: string
  readonly role: Role
  readonly stores: readonly string[] | null
}

/** A person as others may see it, for the audit trail. */
export const shownPerson = ({ name, email, role, stores, status }: Person) => ({
  name,
  email,
  role,
  stores,
  status,
})

/**
 * Changes a person as they were at `version`. A new role holds with the next request of every open session. Throws `not_found`,
 * `version_stale`, or `invalid_state` for the last admin.
 */
export const changePerson = async (
  deps: PeopleDeps,
  id: string,
  version: number,
  change: Partial<PersonChange>,
): Promise<{ readonly before: Person; readonly after: Person }> =>
  deps.db.withTransaction(async (db) => {
    const before = await requirePerson(db, id)
    const next = { name: before.name, role: before.role, stores: before.stores, ...change }
    requireStores(deps, next.stores)
    if (next.role !== 'admin') await requireOtherAdmin(db, before)
    requireChanged(await db.run(changePersonRow, [id, version, next.name, next.role, next.stores]))
    return { before, after: await requirePerson(db, id) }
  })

/**
 * Removes a person: sessions end with it, so the next request of any open page is refused. Throws `not_found`, `version_stale`, or
 * `invalid_state` for the last admin and for oneself.
 */
export const removePerson = async (
  deps: PeopleDeps,
  id: string,
  version: number,
  by: string,
  reason: string,
): Promise<Person> =>
  deps.db.withTransaction(async (db) => {
    const before = await requirePerson(db, id)
    if (id === by) throw new TillwatchError('invalid_state', 'Nobody removes themselves.')
    await requireOtherAdmin(db, before)
    const now = wallOf(deps.env).now()
    requireChanged(await db.run(removePersonRow, [id, version, now, by, reason]))
    await endSessionsOf(deps.env, db, id, by)
    return before
  })

/** Gives a person a PIN for tills. Throws `not_found` or `validation_failed`. */
export const setPin = async ({ db }: Pick<Deps, 'db'>, id: string, pin: string): Promise<void> => {
  if ((await db.run(setPinRow, [id, await hashPin(pin)])) === 0) throw new TillwatchError('not_found')
}

/** Takes the second factor away, ends every session, and answers an invitation that leads back in. */
export const resetMfa = async (deps: Pick<Deps, 'env' | 'db'>, id: string, by: string): Promise<string> =>
  deps.db.withTransaction(async (db) => {
    await requirePerson(db, id)
    await db.run(resetMfaRow, [id])
    await endSessionsOf(deps.env, db, id, by)
    return invite({ env: deps.env, db: db as Deps['db'] }, id)
  })
