import type { Change, Fact, Notice } from './notice.ts'
import { htmlText, oneLine } from './plain-text.ts'

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

const WORDS: Readonly<Record<Change, string>> = {
  fired: 'Alert',
  escalated: 'Still open',
  resolved: 'Resolved',
}

const COLOURS: Readonly<Record<string, string>> = {
  critical: '#b42318',
  warning: '#b54708',
  info: '#175cd3',
  resolved: '#067647',
}

const MESSAGE_HOST = 'alerts.tillwatch'

/** Stable per incident and number, so that a mail that is sent twice is one mail. */
const messageIdOf = (notice: Notice, number: number): string =>
  `<${oneLine(notice.incident.id)}.${number}@${MESSAGE_HOST}>`

const instant = (at: Date): string => at.toISOString().replace('T', ' ').replace('.000Z', ' UTC')

const factsOf = (notice: Notice): Fact[] => [
  ...notice.facts,
  ...(notice.cause === null ? [] : [{ name: 'Likely cause', value: notice.cause }]),
  { name: 'Since', value: instant(notice.incident.openedAt) },
]

const textOf = (notice: Notice): string => {
  const facts = factsOf(notice)
  const width = Math.max(...facts.map(({ name }) => name.length))
  const samples = notice.samples.map(({ text, url }) => `  ${oneLine(text)}\n  ${oneLine(url)}`)
  const steps = notice.runbook.steps.map((step, at) => `  ${at + 1}. ${oneLine(step)}`)
  return [
    oneLine(notice.alert.headline),
    facts.map(({ name, value }) => `${name.padEnd(width)}  ${oneLine(value)}`).join('\n'),
    ...(notice.change === 'resolved'
      ? []
      : [
          ['What to do', `(${oneLine(notice.runbook.title)})`].join(' ') + '\n' + steps.join('\n'),
          ...(samples.length === 0 ? [] : [`Payments to look at\n${samples.join('\n')}`]),
          `I am on it: ${oneLine(notice.incident.ackUrl)}`,
        ]),
    `The incident: ${oneLine(notice.incident.url)}\nRunbook: ${oneLine(notice.runbook.url)}`,
  ].join('\n\n')
}

const link = (url: string, text: string): string => `<a href="${htmlText(url)}">${htmlText(text)}</a>`

const row = ({ name, value }: Fact): string =>
  `<tr><td style="padding:2px 16px 2px 0;color:#667085">${htmlText(name)}</td><td>${htmlText(value)}</td></tr>`

const actions = (notice: Notice): string =>
  notice.change === 'resolved'
    ? ''
    : `<h2 style="font-size:15px">What to do <span style="font-weight:normal">(${htmlText(notice.runbook.title)})</span></h2>
<ol>${notice.runbook.steps.map((step) => `<li>${htmlText(step)}</li>`).join('')}</ol>
${notice.samples.length === 0 ? '' : `<h2 style="font-size:15px">Payments to look at</h2><ul>${notice.samples.map(({ url, text }) => `<li>${link(url, text)}</li>`).join('')}</ul>`}
<p><a href="${htmlText(notice.incident.ackUrl)}" style="display:inline-block;padding:10px 18px;background:#1d2939;color:#ffffff;text-decoration:none;border-radius:6px">I am on it</a></p>`

const htmlOf = (notice: Notice): string => {
  const colour = COLOURS[notice.change === 'resolved' ? 'resolved' : notice.alert.severity] ?? '#1d2939'
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body style="font:15px/1.5 system-ui,sans-serif;max-width:640px;margin:24px auto;padding:0 16px">
<p style="border-left:4px solid ${colour};padding-left:12px"><strong>${WORDS[notice.change]}: ${htmlText(notice.alert.name)}</strong><br>${htmlText(notice.alert.headline)}</p>
<table style="border-collapse:collapse">${factsOf(notice).map(row).join('')}</table>
${actions(notice)}
<p style="color:#667085">${link(notice.incident.url, 'The incident')} &middot; ${link(notice.runbook.url, 'Runbook')}</p>
</body></html>
`
}

/** A notice as a mail: text and HTML say the same, and all mails of an incident are one thread. */
export const mailOf = (notice: Notice): Mail => {
  const first = messageIdOf(notice, 1)
  const subject = `[${notice.alert.severity}] ${WORDS[notice.change]}: ${notice.alert.name}: ${notice.alert.headline}`
  return {
    subject: oneLine(subject, 180),
    text: textOf(notice),
    html: htmlOf(notice),
    messageId: messageIdOf(notice, notice.number),
    inReplyTo: notice.number === 1 ? null : first,
    headers: {
      'X-Tillwatch-Incident': oneLine(notice.incident.id),
      // Nobody's holiday answer belongs into the alert mailbox.
      'Auto-Submitted': 'auto-generated',
    },
  }
}
