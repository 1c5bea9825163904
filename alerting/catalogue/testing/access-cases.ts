import type { AdminsReading, LoginsReading } from '../../measures/people/read-logins.ts'
import type { RuleCase } from './rule-case.ts'

const logins = (ofPerson: number, ofAddress: number, failed = ofPerson + ofAddress): LoginsReading => ({
  labels: {},
  failed,
  ofPerson,
  person: ofPerson > 0 ? 'per_1' : null,
  ofAddress,
  address: ofAddress > 0 ? '203.0.113.9' : null,
})
const admins = (of: number, ...bare: string[]): AdminsReading => ({ labels: {}, admins: of, bare })

/** The rows about who can get in at their edges. */
export const ACCESS_CASES: readonly RuleCase[] = [
  {
    rule: 'LoginBruteForce',
    over: logins(10, 4),
    under: logins(9, 9, 99),
    tooFew: null,
    mutedBy: [],
    also: [
      ['ten from one address', logins(1, 10), 'breached'],
      ['many of many, each a few times', logins(9, 9, 500), 'quiet'],
      ['ten of an account that nobody has', { ...logins(10, 1), person: null } as LoginsReading, 'breached'],
      ['nothing failed', logins(0, 0), 'quiet'],
    ],
  },
  {
    rule: 'AdminWithoutMfa',
    over: admins(2, 'per_2'),
    under: admins(2),
    tooFew: null,
    mutedBy: [],
    also: [
      ['nobody yet', admins(0), 'quiet'],
      ['all of them', admins(2, 'per_1', 'per_2'), 'breached'],
    ],
  },
]
