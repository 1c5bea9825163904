import { AUDIENCES } from '#core/contracts/audiences.ts'
import type { AlertRule } from '../domain/rule.ts'
import { gapsMeasure } from '../measures/people/read-gaps.ts'
import { heartbeatMeasure } from '../measures/people/read-heartbeat.ts'
import { RECEIPTS_WINDOW_MS, receiptsMeasure } from '../measures/people/read-receipts.ts'
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
      'Until it is back nobody notices when this engine dies: look at the pages Home and Alerts every half hour.',
    ],
  },
})

const gapText = (gaps: readonly { audience: string; store: string | null }[]): string =>
  gaps.map(({ audience, store }) => (store === null ? audience : `${audience} of ${store}`)).join(', ')

const onCallGap = rule({
  name: 'OnCallGap',
  severity: 'warning',
  pages: false,
  slo: 'contacts',
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

const RECEIPTS_LINE = 3

const receiptDeliveryFailing = rule({
  name: 'ReceiptDeliveryFailing',
  severity: 'warning',
  pages: false,
  slo: 'receipts',
  component: 'receipts',
  tell: ['it_support'],
  measure: receiptsMeasure,
  windowMs: RECEIPTS_WINDOW_MS,
  minSample: RECEIPTS_LINE,
  judge: ({ failed, waiting }) => {
    const undelivered = failed + waiting
    const said = `${counted(failed, 'receipt')} given up, ${waiting} still waiting`
    return judged(
      undelivered >= RECEIPTS_LINE,
      { value: undelivered, line: RECEIPTS_LINE },
      {
        headline: `${counted(undelivered, 'receipt')} by mail did not arrive (1 h; ${said})`,
        value: counted(undelivered, 'receipt'),
        line: `${RECEIPTS_LINE} or more`,
        window: '1 h',
        counted: said,
      },
    )
  },
  runbook: {
    title: 'Runbook section 8, Receipt and Record Keeping',
    steps: [
      'Does the mail server answer (npx tillwatch doctor)? Look for "receipt mail" in the payments log: the reason stands there.',
      'Refusals of single addresses are typing errors at the till: print those receipts.',
      'The same refusal for all is ours: the sender address, the password of SMTP_URL, or a block list.',
      'Ask the store to print receipts until it is mended; what waits is sent by itself.',
    ],
  },
})

/** Rows of the alert catalogue about the people who are told, and about who watches us. */
export const CONTACT_RULES: readonly AlertRule[] = [secondPathSilent, onCallGap, receiptDeliveryFailing]
