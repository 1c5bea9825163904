import { AUDIENCES } from '#core/contracts/audiences.ts'
import type { AlertRule } from '../domain/rule.ts'
import { gapsMeasure } from '../measures/people/read-gaps.ts'
import { heartbeatMeasure } from '../measures/people/read-heartbeat.ts'
import { counted, judged, MINUTE_MS, rule, SECOND_MS, spanOf } from './rule-parts.ts'

/** Alertmanager says its Watchdog every minute; four missed ones and one more minute make five. */
const SILENT_MS = 4 * MINUTE_MS

const secondPathSilent = rule({
  name: 'SecondPathSilent',
  severity: 'critical',
  pages: true,
  slo: 'alerting',
  component: 'second_path',
  tell: ['on_call'],
  measure: heartbeatMeasure,
  windowMs: SILENT_MS + MINUTE_MS,
  forMs: MINUTE_MS,
  judge: ({ agoMs }) =>
    judged(
      agoMs >= SILENT_MS,
      { value: agoMs / SECOND_MS, line: SILENT_MS / SECOND_MS },
      {
        headline:
          agoMs >= SILENT_MS
            ? `Prometheus and Alertmanager have not been heard for ${spanOf(agoMs)}`
            : `The second path was heard ${spanOf(agoMs)} ago`,
        value: `heard ${spanOf(agoMs)} ago`,
        line: 'every 5 min',
      },
    ),
  runbook: {
    title: 'On call: the second path (docs/on-call.md)',
    steps: [
      'Open Prometheus, Alerts: is Watchdog firing? If Prometheus does not answer, start it again.',
      'Open Alertmanager, Status: does it run, and does its route "heartbeat" lead to /internal/heartbeat of this installation?',
      'Look for 401 and 403 on /internal/heartbeat in the log: its token may have been revoked (npx tillwatch token).',
      'Until it is back nobody notices when this engine dies: look at the landing page every half hour.',
    ],
  },
})

const gapText = (gaps: readonly { audience: string; store: string | null }[]): string =>
  gaps.map(({ audience, store }) => (store === null ? audience : `${audience} of ${store}`)).join(', ')

const onCallGap = rule({
  name: 'OnCallGap',
  severity: 'warning',
  pages: false,
  slo: 'alerting',
  component: 'people',
  tell: ['on_call', 'management'],
  measure: gapsMeasure(() => AUDIENCES),
  windowMs: 0,
  judge: ({ gaps, told }) =>
    judged(
      gaps.length > 0,
      { value: gaps.length, line: 0, numerator: gaps.length, denominator: told },
      {
        headline:
          gaps.length > 0
            ? `Nobody stands behind ${gapText(gaps)}: their alerts go to others`
            : 'Every audience reaches somebody',
        value: gaps.length === 0 ? 'none is missing' : gapText(gaps),
        line: 'none may be missing',
        counted: `${counted(gaps.length, 'gap')} in ${counted(told, 'audience')}`,
      },
    ),
  runbook: {
    title: 'On call: contacts (docs/on-call.md)',
    steps: [
      'Name a mail address for each of them under `contacts` in shop.yaml and start again.',
      'Send a test: POST /payments/api/alerts/test {"audience": "..."}.',
    ],
  },
})

/** Rows of the alert catalogue about the people who are told, and about who watches us. */
export const PEOPLE_RULES: readonly AlertRule[] = [secondPathSilent, onCallGap]
