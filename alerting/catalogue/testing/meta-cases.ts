import type { BlindReading, IncidentsReading, SendsReading } from '../../measures/meta/read-alerting.ts'
import { CONTACT_CASES } from './contacts-cases.ts'
import type { RuleCase } from './rule-case.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')

const blind = (failing: number, missing: number, rule = 'WebhookSilence'): BlindReading => ({
  labels: { rule },
  failing,
  missing,
})
const sends = (givenUp: number, failedAttempts: number): SendsReading => ({
  labels: { channel: 'mail' },
  givenUp,
  failedAttempts,
})
const incidents = (change: Partial<IncidentsReading>): IncidentsReading => ({
  labels: {},
  at: AT,
  unacked: 0,
  oldestUnacked: null,
  unackedRules: [],
  opened: 0,
  silencesEnding: 0,
  firstSilenceEnd: null,
  ...change,
})

/** The rows about alerting itself at their edges. */
export const META_CASES: readonly RuleCase[] = [
  { rule: 'AlertEvaluationFailing', over: blind(3, 0), under: blind(2, 9), tooFew: null, mutedBy: [] },
  { rule: 'AlertDataMissing', over: blind(0, 3), under: blind(9, 2), tooFew: null, mutedBy: [] },
  {
    rule: 'AlertNotificationsFailing',
    over: sends(0, 3),
    under: sends(0, 2),
    tooFew: null,
    mutedBy: [],
    also: [['one message given up', sends(1, 0), 'breached']],
  },
  {
    rule: 'AlertUnacknowledged',
    over: incidents({ unacked: 1, oldestUnacked: new Date(AT.getTime() - 900_000), unackedRules: ['X'] }),
    under: incidents({}),
    tooFew: null,
    mutedBy: [],
  },
  {
    rule: 'SilenceExpiring',
    over: incidents({ silencesEnding: 1, firstSilenceEnd: new Date(AT.getTime() + 900_000) }),
    under: incidents({}),
    tooFew: null,
    mutedBy: [],
  },
  {
    rule: 'AlertStorm',
    over: incidents({ opened: 11 }),
    under: incidents({ opened: 10 }),
    tooFew: null,
    mutedBy: [],
  },
  ...CONTACT_CASES,
]
