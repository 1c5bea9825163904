import type { Env } from '#core/env.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { recoveryDigest } from './prove.ts'

const deleteCodes = loadSql(import.meta.url, 'sql/recovery_codes_delete.sql')
const insertCodes = loadSql(import.meta.url, 'sql/recovery_codes_insert.sql')

const CODES = 10
/** 32 letters and digits that nobody mistakes for each other: five bits a letter. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'
const LETTERS = 10

const newCode = (env: Pick<Env, 'random'>): string => {
  const letters = [...env.random.bytes(LETTERS)]
    .map((byte) => ALPHABET.charAt(byte % ALPHABET.length))
    .join('')
  return `${letters.slice(0, 5)}-${letters.slice(5)}`
}

/** Makes ten new recovery codes in place of the old ones, in the caller's database transaction; they are shown once. */
export const renewRecoveryCodes = async (
  env: Pick<Env, 'random'>,
  db: Db,
  personId: string,
): Promise<readonly string[]> => {
  const codes = Array.from({ length: CODES }, () => newCode(env))
  await db.run(deleteCodes, [personId])
  await db.run(insertCodes, [personId, codes.map(recoveryDigest)])
  return codes
}
