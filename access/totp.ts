import { Secret, TOTP } from 'otpauth'
import type { Env } from '#core/env.ts'

/** RFC 6238 as every authenticator has it. */
const PERIOD_S = 30
const DIGITS = 6
const SECRET_BYTES = 20
const CODE = /^[0-9]{6}$/
/** Phones are a little off: one step either way (ASVS 6.5.5 says none; the code still counts once). */
const DRIFT_STEPS = 1

const totpOf = (secret: string, label = ''): TOTP =>
  new TOTP({
    issuer: 'Tillwatch',
    label,
    secret: Secret.fromBase32(secret),
    digits: DIGITS,
    period: PERIOD_S,
  })

/** A new secret in base 32. */
export const newTotpSecret = (env: Pick<Env, 'random'>): string =>
  new Secret({ buffer: Uint8Array.from(env.random.bytes(SECRET_BYTES)).buffer }).base32

/** The address that an authenticator reads from the picture. */
export const totpUri = (secret: string, label: string): string => totpOf(secret, label).toString()

/** The code that the authenticator shows at `at`. */
export const codeAt = (secret: string, at: Date): string =>
  totpOf(secret).generate({ timestamp: at.getTime() })

/** Which time step a code belongs to, or undefined for a wrong one or one of a step up to `lastStep`, which was used. */
export const stepOfCode = (
  secret: string,
  code: string,
  at: Date,
  lastStep: bigint | null,
): bigint | undefined => {
  if (!CODE.test(code)) return undefined
  const delta = totpOf(secret).validate({ token: code, timestamp: at.getTime(), window: DRIFT_STEPS })
  if (delta === null) return undefined
  const step = BigInt(Math.floor(at.getTime() / 1_000 / PERIOD_S) + delta)
  return lastStep !== null && step <= lastStep ? undefined : step
}
