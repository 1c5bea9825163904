import { hash, verify } from '@node-rs/argon2'

/** OWASP's argon2id: 19 MiB, two passes, one lane; about 25 ms here. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const COST_IN_HASH = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`
/** A longer secret is no secret of ours, and hashing it would only cost. */
const SECRET_MAX = 128

/** The hash of a password or PIN, with its cost in it. */
export const hashSecret = async (secret: string): Promise<string> => hash(secret, COST)

/** True when the hash was made at another cost than today's: it is made anew at the next log-in. */
export const isOutdated = (hashed: string): boolean => !hashed.startsWith(COST_IN_HASH)

/** What nobody's password is: compared with when there is no account, so that both take the same time. */
let nobodys: Promise<string> | undefined

/** True when `secret` is the one that was hashed; takes the same time when there is no hash. */
export const isSecret = async (hashed: string | null | undefined, secret: string): Promise<boolean> => {
  if (secret.length > SECRET_MAX) return false
  nobodys ??= hashSecret('nobody')
  const right = await verify(hashed ?? (await nobodys), secret)
  return right && hashed !== null && hashed !== undefined
}
