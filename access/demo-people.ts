import type { Role } from '#core/access/roles.ts'
import { wallOf } from '#core/env.ts'
import type { Deps } from '#core/service.ts'
import { addPerson } from './people.ts'
import { isNobodyYet, personByEmail } from './person.ts'
import { codeAt } from './totp.ts'

/** A ready account of the sandbox. Everybody may know its password: it guards play money. */
interface DemoPerson {
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly pin: string | null
  /** Place of the till in shop.yaml. */
  readonly till: number | null
  readonly totpSecret: string
}

const PASSWORD = 'rye-and-poppy-seed'

/** One person of each role, and a second cashier. */
const PEOPLE: readonly DemoPerson[] = [
  ['Asha Patel', 'asha', 'cashier', '2468', 0, 'MFZWQYLQMF2GK3DEMFZWQYLQMF2GK3DE'],
  ['Ben Okafor', 'ben', 'cashier', '1357', 1, 'MJSW433LMFTG64TBMJSW433LMFTG64TB'],
  ['Fiona Clarke', 'fiona', 'finance', null, null, 'MZUW63TBMNWGC4TLMZUW63TBMNWGC4TL'],
  ['Omar Haddad', 'omar', 'oncall', null, null, 'N5WWC4TIMFSGIYLEN5WWC4TIMFSGIYLE'],
  ['Maria Lopez', 'maria', 'manager', null, null, 'NVQXE2LBNRXXAZL2NVQXE2LBNRXXAZL2'],
  ['Adam Novak', 'adam', 'admin', null, null, 'MFSGC3LON53GC2ZRMFSGC3LON53GC2ZR'],
  ['Ursula Weiss', 'ursula', 'auditor', null, null, 'OVZHG5LMMF3WK2LTOVZHG5LMMF3WK2LT'],
].map(([name, local, role, pin, till, totpSecret]) => ({
  name,
  email: `${local}@company.com`,
  role,
  pin,
  till,
  totpSecret,
})) as readonly DemoPerson[]

type DemoDeps = Pick<Deps, 'env' | 'db' | 'shop'>

/** Makes the sandbox's accounts where there is nobody yet. Never to be called with a real key. */
export const ensureDemoPeople = async (deps: DemoDeps): Promise<void> => {
  if (!(await isNobodyYet(deps.db))) return
  for (const { name, email, role, pin, totpSecret } of PEOPLE)
    await addPerson(deps, { name, email, role, stores: null, pin, password: PASSWORD, totpSecret }, 'demo')
}

/** The accounts that are still as they were made, with what their authenticators show now. */
export const demoAccounts = async (deps: DemoDeps) => {
  const now = wallOf(deps.env).now()
  const all = await Promise.all(
    PEOPLE.map(async ({ totpSecret, till, name, email, role, pin }) => {
      const person = await personByEmail(deps.db, email)
      if (person?.status !== 'active' || person.totp_secret !== totpSecret) return []
      const step = BigInt(Math.floor(now.getTime() / 30_000))
      // A code counts once: whoever comes again within its half minute gets the next, which a clock may be ahead by.
      const isUsed = person.totp_last_step !== null && person.totp_last_step >= step
      const code = codeAt(totpSecret, isUsed ? new Date(now.getTime() + 30_000) : now)
      const till_id = till === null ? null : (deps.shop.tills[till]?.id ?? null)
      return [{ name, email, role, password: PASSWORD, code, pin, till_id }]
    }),
  )
  return all.flat()
}

/** What `start` prints of them. */
export const demoLines = (): readonly string[] =>
  PEOPLE.map(
    ({ name, email, role, pin }) =>
      `${role.padEnd(8)} ${email.padEnd(20)} ${name}${pin ? `, PIN ${pin}` : ''}`,
  )

/** The password of every ready account. */
export const DEMO_PASSWORD = PASSWORD
