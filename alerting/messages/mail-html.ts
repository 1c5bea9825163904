import { factsOf, isOpen, linksOf, plea, stateInWords } from './in-words.ts'
import { COLOURS, FONT, SHEET, TONES } from './mail-style.ts'
import type { Fact, Notice } from './notice.ts'
import { htmlText } from './plain-text.ts'

const QUIET = `color:${COLOURS.quiet}`
const INK = `color:${COLOURS.ink}`
const HAIRLINE = `border-bottom:1px solid ${COLOURS.line}`

const link = (url: string, text: string): string =>
  `<a class="link" href="${htmlText(url)}" style="color:${COLOURS.link}">${htmlText(text)}</a>`

const heading = (text: string, note = ''): string =>
  `<h2 class="ink" style="margin:28px 0 8px;font-size:16px;line-height:1.3;${INK}">${htmlText(text)}${note === '' ? '' : ` <span class="quiet" style="font-weight:normal;font-size:14px;${QUIET}">${htmlText(note)}</span>`}</h2>`

/** A row of the facts; the value that the alert is about is larger than what it is compared with. */
const factRow = ({ name, value }: Fact, isFirst: boolean): string =>
  `<tr><td class="name quiet rule" style="padding:7px 20px 7px 0;vertical-align:top;white-space:nowrap;font-size:14px;${HAIRLINE};${QUIET}">${htmlText(name)}</td>` +
  `<td class="value ink rule" style="padding:7px 0;width:100%;vertical-align:top;${HAIRLINE};${INK};${isFirst ? 'font-size:18px;font-weight:600' : 'font-size:15px'}">${htmlText(value)}</td></tr>`

const facts = (rows: readonly Fact[], isFirstLarge: boolean): string =>
  rows.length === 0
    ? ''
    : `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse">${rows.map((row, at) => factRow(row, isFirstLarge && at === 0)).join('\n')}</table>`

const panel = (label: string, text: string): string =>
  `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin-top:20px"><tr><td class="tint" bgcolor="${COLOURS.tint}" style="background:${COLOURS.tint};border-radius:8px;padding:12px 16px">
<div class="quiet" style="font-size:13px;${QUIET}">${htmlText(label)}</div>
<div class="ink" style="font-size:16px;line-height:1.45;font-weight:600;${INK}">${htmlText(text)}</div></td></tr></table>`

const button = (url: string, text: string): string =>
  `<table role="presentation" cellpadding="0" cellspacing="0" style="margin-top:24px;width:100%"><tr><td class="button" align="center" bgcolor="${COLOURS.button}" style="background:${COLOURS.button};border-radius:8px">
<a href="${htmlText(url)}" style="display:block;padding:15px 28px;color:#ffffff;font-size:17px;font-weight:600;text-decoration:none;border-radius:8px">${htmlText(text)}</a></td></tr></table>`

const list = (tag: 'ol' | 'ul', items: readonly string[]): string =>
  `<${tag} class="ink" style="margin:0;padding-left:22px;font-size:15px;line-height:1.5;${INK}">${items.map((item) => `<li style="margin:0 0 6px">${item}</li>`).join('\n')}</${tag}>`

const samples = ({ samples: payments }: Notice): string =>
  payments.length === 0
    ? ''
    : `${heading('Payments to look at')}<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse">
${payments.map(({ url, text }) => `<tr><td class="rule" style="padding:8px 0;font-size:15px;${HAIRLINE}">${link(url, text)}</td></tr>`).join('\n')}</table>`

const todo = (notice: Notice): string => {
  const { runbook, incident } = notice
  return `${button(incident.ackUrl, 'I am on it')}
${heading('What to do', runbook.title)}${list(
    'ol',
    runbook.steps.map((step) => htmlText(step)),
  )}
${samples(notice)}`
}

const details = ({ breakdown = [], others = [] }: Notice): string =>
  `${breakdown.length === 0 ? '' : `${heading('Where it comes from')}${facts(breakdown, false)}`}
${
  others.length === 0
    ? ''
    : `${heading('Raised with it')}${list(
        'ul',
        others.map((headline) => htmlText(headline)),
      )}`
}`

const badge = (notice: Notice, tone: string): string =>
  `<span style="display:inline-block;margin-right:8px;background:${tone};color:#ffffff;border-radius:999px;padding:3px 12px;font-size:13px;font-weight:600;line-height:1.5">${htmlText(stateInWords(notice))}</span>`

const card = (notice: Notice, tone: string): string => {
  const { alert, place, cause } = notice
  const asked = plea(notice)
  return `<p style="margin:0">${badge(notice, tone)} <span class="quiet" style="font-size:14px;${QUIET}">${htmlText(place === undefined ? alert.name : `${place} · ${alert.name}`)}</span></p>
<h1 class="ink" style="margin:14px 0 16px;font-size:22px;line-height:1.3;font-weight:650;${INK}">${htmlText(alert.headline)}</h1>
${asked === '' ? '' : `<p class="ink" style="margin:0 0 16px;font-size:16px;line-height:1.45;${INK}">${htmlText(asked)}</p>`}
${facts(factsOf(notice), true)}
${cause === null ? '' : panel('Likely cause', cause)}
${isOpen(notice) ? todo(notice) : ''}
${details(notice)}
<p class="quiet" style="margin:28px 0 0;font-size:14px;line-height:1.9;${QUIET}">${linksOf(notice)
    .map(({ url, text }) => link(url, text))
    .join(' &nbsp;&middot;&nbsp; ')}</p>`
}

/** A mail's HTML: tables and styles on the elements, nothing fetched, light or dark as its reader's screen is. */
export const mailHtml = (notice: Notice): string => {
  const tone = TONES[notice.change === 'resolved' ? 'resolved' : notice.alert.severity] ?? COLOURS.ink
  // What a list of mails shows behind the subject.
  const preview = notice.cause ?? notice.facts.map(({ value }) => value).join(', ')
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${htmlText(notice.alert.headline)}</title><style>${SHEET}</style></head>
<body class="paper" style="margin:0;padding:0;background:${COLOURS.paper};${FONT}">
<div style="display:none;max-height:0;overflow:hidden">${htmlText(preview)}</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" bgcolor="${COLOURS.paper}" style="background:${COLOURS.paper}"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;text-align:left;${FONT}">
<tr><td class="card wide" bgcolor="${COLOURS.card}" style="background:${COLOURS.card};border:1px solid ${COLOURS.line};border-top:5px solid ${tone} !important;border-radius:10px;padding:24px 28px 28px">
${card(notice, tone)}
</td></tr>
<tr><td class="wide quiet" style="padding:14px 28px;font-size:13px;line-height:1.5;${QUIET}">Tillwatch &middot; incident ${htmlText(notice.incident.id)} &middot; message ${notice.number}</td></tr>
</table></td></tr></table>
</body></html>
`
}
