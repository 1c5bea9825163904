import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Config } from '#core/config.ts'
import { wallOf } from '#core/env.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { heldSecrets, type HeldSecret } from './held-secrets.ts'
import { ageDays, ROTATE_AFTER_DAYS, secretState, type SecretState } from './secret-age.ts'

const insertSighting = loadSql(import.meta.url, 'sql/secret_sighting_insert.sql')
const listSightings = loadSql(import.meta.url, 'sql/secret_sighting_list.sql')

/** A secret as it may be shown. */
export interface ShownSecret {
  readonly name: string
  readonly title: string
  readonly key: string
  readonly source: HeldSecret['source']
  /** How many values work: two while one is being replaced. */
  readonly active: number
  readonly first_seen_at: string | null
  readonly age_days: number | null
  readonly rotate_after_days: number
  readonly state: SecretState
}

const BYTES = 8
const slowly = promisify<string, string, number, Buffer>(scrypt)

const fingerprint = async (name: string, value: string): Promise<string> =>
  (await slowly(value, `tillwatch:secret:${name}`, BYTES)).toString('hex')

type Marked = HeldSecret & { readonly marks: readonly string[] }

const mark = async (secret: HeldSecret): Promise<Marked> => ({
  ...secret,
  marks: await Promise.all(secret.values.map((value) => fingerprint(secret.name, value))),
})

interface Sighting {
  readonly name: string
  readonly fingerprint: string
  readonly first_seen_at: Date
}

const show = (
  { name, title, key, source, marks }: Marked,
  seen: readonly Sighting[],
  now: Date,
): ShownSecret => {
  const firsts = seen
    .filter((one) => one.name === name && marks.includes(one.fingerprint))
    .map(({ first_seen_at }) => first_seen_at)
    .sort((a, b) => a.getTime() - b.getTime())
  const ages = firsts.map((first) => ageDays(first, now))
  return {
    name,
    title,
    key,
    source,
    active: marks.length,
    first_seen_at: firsts[0]?.toISOString() ?? null,
    age_days: ages[0] ?? null,
    rotate_after_days: ROTATE_AFTER_DAYS,
    state: secretState(ages),
  }
}

/** Watches how old secrets are. */
export interface SecretWatch {
  /** Writes down when those in use were first seen, and answers how old each is; never a value. */
  look(): Promise<readonly ShownSecret[]>
}

/** Watches the secrets of this process. Fingerprints take a while on purpose and are made once. */
export const watchSecrets = (deps: Deps, config: Config): SecretWatch => {
  let marked: Promise<readonly Marked[]> | undefined
  return {
    look: async () => {
      marked ??= Promise.all(heldSecrets(deps, config).map(mark))
      const secrets = await marked
      const now = wallOf(deps.env).now()
      for (const { name, marks } of secrets)
        for (const one of marks) await deps.db.run(insertSighting, [name, one, now])
      const seen = await deps.db.rows<Sighting>(listSightings)
      return secrets.map((secret) => show(secret, seen, now))
    },
  }
}
