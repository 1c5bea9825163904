import { digestOf, type SessionRow } from '#core/access/sessions.ts'
import { wallOf } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { allowTry, forgetTries, noteFailure, type FailureKind } from './guard.ts'
import { hashSecret, isOutdated, isSecret } from './passwords.ts'
import { personByEmail, type Person } from './person.ts'
import { stepOfCode } from './totp.ts'

const useStep = loadSql(import.meta.url, 'sql/totp_step_use.sql')
const useRecovery = loadSql(import.meta.url, 'sql/recovery_code_use.sql')
const setPasswordRow = loadSql(import.meta.url, 'sql/person_set_password.sql')

type ProveDeps = Pick<Deps, 'env' | 'db' | 'metrics'>

/** Runs a check under the limit of tries. Throws `credentials_invalid`, always in the same words, or `rate_limited`. */
const tried = async <T>(
  deps: ProveDeps,
  kind: FailureKind,
  account: string,
  ip: string,
  check: () => Promise<T | undefined>,
): Promise<T> => {
  await allowTry(deps, account, ip)
  const proved = await check()
  if (proved === undefined) {
    await noteFailure(deps, kind, account, ip)
    throw new TillwatchError('credentials_invalid')
  }
  await forgetTries(deps, account, ip)
  return proved
}

/** Stores a person's password hash. */
export const keepPassword = async (db: Db, personId: string, hashed: string): Promise<void> => {
  await db.run(setPasswordRow, [personId, hashed])
}

/** The person whose e-mail address and password these are; an unknown address takes as long and says as much. */
export const provePassword = async (
  deps: ProveDeps,
  email: string,
  password: string,
  ip: string,
): Promise<Person> =>
  tried(deps, 'password', email.trim().toLowerCase(), ip, async () => {
    const person = await personByEmail(deps.db, email)
    const isRight = await isSecret(person?.password_hash, password)
    if (!person || !isRight || person.status !== 'active') return undefined
    if (isOutdated(person.password_hash ?? ''))
      await keepPassword(deps.db, person.id, await hashSecret(password))
    return person
  })

/** Proves the second factor by a code that was not used before. Throws `credentials_invalid` or `rate_limited`. */
export const proveCode = async (deps: ProveDeps, person: Person, code: string, ip: string): Promise<void> => {
  await tried(deps, 'code', person.id, ip, async () => {
    const now = wallOf(deps.env).now()
    const step = stepOfCode(person.totp_secret ?? '', code.trim(), now, person.totp_last_step)
    if (step === undefined) return undefined
    // Two browsers with the same code at once: the store lets one of them through.
    return (await deps.db.run(useStep, [person.id, step.toString()])) === 1 ? true : undefined
  })
}

/** Letters that nobody takes for digits; two groups of five. */
const RECOVERY_SHAPE = /^[a-z2-9]{5}-?[a-z2-9]{5}$/

/** A recovery code as it is stored: however it was written. */
export const recoveryDigest = (code: string): Buffer =>
  digestOf(`recovery:${code.toLowerCase().replaceAll('-', '')}`)

/** Proves the second factor by a recovery code, which is used up. */
export const proveRecovery = async (
  deps: ProveDeps,
  person: Person,
  code: string,
  ip: string,
): Promise<void> => {
  await tried(deps, 'code', person.id, ip, async () => {
    const written = code.trim().toLowerCase()
    if (!RECOVERY_SHAPE.test(written)) return undefined
    const params = [person.id, recoveryDigest(written), wallOf(deps.env).now()]
    return (await deps.db.run(useRecovery, params)) === 1 ? true : undefined
  })
}

/** Proves a PIN, under the same limit as a password. */
export const provePin = async (
  deps: ProveDeps,
  person: Person | undefined,
  pin: string,
  ip: string,
): Promise<Person> =>
  tried(deps, 'pin', person?.id ?? 'nobody', ip, async () => {
    const isRight = await isSecret(person?.pin_hash, pin)
    return isRight && person?.status === 'active' ? person : undefined
  })

/** What a half-done log-in needs of its session. Throws `session_unfinished` in any other state. */
export const requireState = (
  session: SessionRow | undefined,
  ...states: readonly SessionRow['state'][]
): SessionRow => {
  if (!session) throw new TillwatchError('unauthenticated')
  if (!states.includes(session.state)) throw new TillwatchError('session_unfinished')
  return session
}
