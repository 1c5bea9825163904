import type { AlertRule } from '../domain/rule.ts'
import { incidentsMeasure, META_MS } from '../measures/meta/read-alerting.ts'
import { counted, judged, rule, spanOf } from './rule-parts.ts'

const ESCALATION = 'Runbook section 3, Escalation Procedures'

const unacknowledged = rule({
  name: 'AlertUnacknowledged',
  severity: 'critical',
  slo: 'on_call',
  component: 'alerting',
  tell: ['on_call', 'management'],
  pages: true,
  measure: incidentsMeasure,
  windowMs: META_MS.unacked,
  keepMs: 0,
  judge: ({ at, unacked, oldestUnacked, unackedRules }) => {
    const openMs = oldestUnacked === null ? 0 : at.getTime() - oldestUnacked.getTime()
    return judged(
      unacked > 0,
      { value: unacked, line: 0 },
      {
        headline:
          unacked === 0
            ? 'Every critical incident is taken'
            : `Nobody has taken ${counted(unacked, 'critical incident')} for 15 min (${unackedRules.join(', ')}), the oldest for ${spanOf(openMs)}`,
        value: unacked === 0 ? 'none' : `${counted(unacked, 'incident')}, the oldest for ${spanOf(openMs)}`,
        line: 'longer than 15 min',
        window: 'now',
      },
    )
  },
  runbook: {
    title: ESCALATION,
    steps: [
      'Call the on-call engineer by phone. No answer within five minutes: call the next one yourself.',
      'Take the incident in /alerts when somebody is on it.',
      'Afterwards find out why nobody came: no rota, no battery, a silent phone.',
    ],
  },
  prometheus: { expr: 'max(alert_unacked_oldest_age_seconds{severity="critical"}) > 900', for: '0s' },
})

const silenceExpiring = rule({
  name: 'SilenceExpiring',
  severity: 'info',
  slo: 'silences',
  component: 'alerting',
  tell: ['on_call'],
  pages: false,
  measure: incidentsMeasure,
  windowMs: META_MS.silenceEnd,
  keepMs: 0,
  judge: ({ at, silencesEnding, firstSilenceEnd }) => {
    const left = firstSilenceEnd === null ? '' : spanOf(firstSilenceEnd.getTime() - at.getTime())
    return judged(
      silencesEnding > 0,
      { value: silencesEnding, line: 0 },
      {
        headline:
          silencesEnding === 0
            ? 'No silence ends soon'
            : `${counted(silencesEnding, 'silence')} ends within 15 min, the first in ${left}`,
        value: counted(silencesEnding, 'silence'),
        line: 'ends within 15 min',
        window: '15 min',
      },
    )
  },
  runbook: {
    title: ESCALATION,
    steps: [
      'Is the work done that it was for? Then let it end: what is still wrong is told then.',
      'If not, add another silence, with its reason and an end.',
    ],
  },
})

const STORM_LINE = 10

const storm = rule({
  name: 'AlertStorm',
  severity: 'info',
  slo: 'alert_storm',
  component: 'alerting',
  tell: ['on_call', 'management'],
  pages: false,
  measure: incidentsMeasure,
  windowMs: META_MS.storm,
  judge: ({ opened }) =>
    judged(
      opened > STORM_LINE,
      { value: opened, line: STORM_LINE },
      {
        headline: `${counted(opened, 'incident')} opened in 10 min, more than ${STORM_LINE}: further messages come as one digest`,
        value: counted(opened, 'incident'),
        line: `more than ${STORM_LINE}`,
        window: '10 min',
      },
    ),
  runbook: {
    title: ESCALATION,
    steps: [
      'Look for the one cause: the oldest critical incident in /alerts, then what was released or changed.',
      'Have one person lead and one write down; the others keep away from the systems.',
    ],
  },
})

/** Rows about people who should act. */
export const PEOPLE_RULES: readonly AlertRule[] = [unacknowledged, silenceExpiring, storm]
