import type { AlertRule } from '../domain/rule.ts'
import { adminsMeasure, LOGIN_WINDOW_MS, loginsMeasure } from '../measures/people/read-logins.ts'
import { counted, HOUR_MS, judged, rule } from './rule-parts.ts'

const ACCESS = 'Runbook section 7, Access Control'
const FAILED_LINE = 10

const whose = (person: string | null): string => (person === null ? 'an account that nobody has' : person)

const bruteForce = rule({
  name: 'LoginBruteForce',
  severity: 'warning',
  slo: 'log_ins',
  component: 'access',
  tell: ['security'],
  pages: false,
  measure: loginsMeasure,
  windowMs: LOGIN_WINDOW_MS,
  judge: ({ failed, ofPerson, person, ofAddress, address }) => {
    const worst = Math.max(ofPerson, ofAddress)
    const where = ofAddress >= ofPerson ? `from ${address ?? 'no address'}` : `of ${whose(person)}`
    return judged(
      worst >= FAILED_LINE,
      { value: worst, line: FAILED_LINE },
      {
        headline:
          worst === 0
            ? 'No log-in has failed'
            : `${counted(worst, 'log-in')} ${where} failed within 10 min (${failed} in all)`,
        value: worst === 0 ? 'none' : `${counted(worst, 'failed log-in')} ${where}`,
        line: '10 of one person or one address',
        window: '10 min',
        counted: `${counted(failed, 'failed log-in')} in all`,
      },
    )
  },
  runbook: {
    title: ACCESS,
    steps: [
      'Open /admin/audit, action session.create and session.mfa: which account, from where, and did one come through in the end?',
      'Ask the person by phone. Somebody who forgot the password gets another by an invitation; nobody else does.',
      'If a try came through that was not theirs: end the sessions and reset the second factor under People, then read what was done since.',
      'If one address tries many accounts, close it at the proxy before the gateway. The limits slow it down, they do not end it.',
    ],
  },
})

const bareAdmin = rule({
  name: 'AdminWithoutMfa',
  severity: 'critical',
  slo: 'second_factor',
  component: 'access',
  tell: ['security', 'management'],
  pages: true,
  measure: adminsMeasure,
  windowMs: 0,
  // Whoever accepts an invitation sets the second factor up at once; an hour is more than that takes.
  forMs: HOUR_MS,
  judge: ({ admins, bare }) =>
    judged(
      bare.length > 0,
      { value: bare.length, line: 0, numerator: bare.length, denominator: admins },
      {
        headline:
          bare.length === 0
            ? 'Every admin has a second factor'
            : `${counted(bare.length, 'admin')} without a second factor: ${bare.join(', ')}`,
        value: bare.length === 0 ? 'none' : counted(bare.length, 'admin'),
        line: 'none may lack one',
        window: 'now',
        counted: `${bare.length} of ${counted(admins, 'admin')}`,
      },
    ),
  runbook: {
    title: ACCESS,
    steps: [
      'Open People: was the admin just invited, or the second factor just reset? Ask for it to be set up now, by phone.',
      'If nobody knows why it is missing, remove the person: their password alone must not be worth anything.',
      'Look in /admin/audit who reset it, and what the person did since.',
    ],
  },
  prometheus: { expr: 'max(mfa_missing_admins) > 0', for: '1h' },
})

/** Rows about who can get in. */
export const ACCESS_RULES: readonly AlertRule[] = [bruteForce, bareAdmin]
