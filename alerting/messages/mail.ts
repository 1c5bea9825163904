import { subjectOf } from './in-words.ts'
import { mailHtml } from './mail-html.ts'
import { mailText } from './mail-text.ts'
import type { Notice } from './notice.ts'
import { oneLine } from './plain-text.ts'

/** A mail as the transport takes it. */
export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly messageId: string
  /** The first mail of the incident, for every mail but that one: mail programs make one thread of them. */
  readonly inReplyTo: string | null
  readonly headers: Readonly<Record<string, string>>
}

const MESSAGE_HOST = 'alerts.tillwatch'

/** Stable per incident and number, so that a mail that is sent twice is one mail. */
const messageIdOf = (notice: Notice, number: number): string =>
  `<${oneLine(notice.incident.id)}.${number}@${MESSAGE_HOST}>`

const isUrgent = ({ change, alert }: Notice): boolean =>
  change !== 'resolved' && alert.severity === 'critical'

/** A notice as a mail: text and HTML say the same, and all mails of an incident are one thread. */
export const mailOf = (notice: Notice): Mail => ({
  subject: subjectOf(notice),
  text: mailText(notice),
  html: mailHtml(notice),
  messageId: messageIdOf(notice, notice.number),
  inReplyTo: notice.number === 1 ? null : messageIdOf(notice, 1),
  headers: {
    'X-Tillwatch-Incident': oneLine(notice.incident.id),
    'X-Tillwatch-Dedup-Key': oneLine(notice.incident.key, 255),
    'X-Tillwatch-Severity': notice.alert.severity,
    // Nobody's holiday answer belongs into the alert mailbox.
    'Auto-Submitted': 'auto-generated',
    ...(isUrgent(notice) ? { Importance: 'high' } : {}),
  },
})
