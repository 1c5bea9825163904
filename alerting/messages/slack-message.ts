import { factsOf, isOpen, linksOf, plea, stateInWords } from './in-words.ts'
import type { Change, Fact, Notice } from './notice.ts'
import { oneLine, slackText } from './plain-text.ts'

const MARKS: Readonly<Record<Change, string>> = {
  fired: ':rotating_light:',
  escalated: ':hourglass:',
  taken: ':eyes:',
  resolved: ':white_check_mark:',
}

const COLOURS: Readonly<Record<string, string>> = {
  critical: '#b3261e',
  warning: '#96590a',
  info: '#1b5fa8',
  resolved: '#1a7148',
}

/** Limits of Slack's blocks: fields of a section, and characters of a text. */
const FIELDS_MAX = 10
const TEXT_MAX = 3_000

const section = (text: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text: text.slice(0, TEXT_MAX) },
})

const link = (url: string, text: string): string => `<${encodeURI(oneLine(url, 2_000))}|${slackText(text)}>`

const fields = (facts: readonly Fact[]) => ({
  type: 'section',
  fields: facts
    .slice(0, FIELDS_MAX)
    .map(({ name, value }) => ({ type: 'mrkdwn', text: `*${slackText(name)}*\n${slackText(value)}` })),
})

const todo = ({ runbook, samples, incident }: Notice) => [
  ...(runbook.steps.length === 0
    ? []
    : [section(runbook.steps.map((step, at) => `${at + 1}. ${slackText(step)}`).join('\n'))]),
  ...(samples.length === 0 ? [] : [section(samples.map(({ url, text }) => link(url, text)).join('\n'))]),
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        style: 'primary',
        text: { type: 'plain_text', text: 'I am on it' },
        url: encodeURI(oneLine(incident.ackUrl, 2_000)),
      },
    ],
  },
]

/** A notice for an incoming webhook of Slack. `text` is what a phone shows; nothing in it mentions anybody. */
export const slackMessageOf = (notice: Notice) => {
  const { alert, cause, place } = notice
  const about = [stateInWords(notice), place ?? '', alert.name].filter((part) => part !== '').map(slackText)
  const headline = `${MARKS[notice.change]} *${slackText(alert.headline)}*`
  const more = [plea(notice), cause === null ? '' : `Likely cause: ${cause}`].filter((part) => part !== '')
  return {
    text: `${headline} (${about.join(', ')})`,
    attachments: [
      {
        color: COLOURS[notice.change === 'resolved' ? 'resolved' : alert.severity] ?? COLOURS['info'],
        blocks: [
          section(`${headline}\n${about.join(' · ')}`),
          ...(more.length === 0 ? [] : [section(more.map((part) => `*${slackText(part)}*`).join('\n'))]),
          fields(factsOf(notice)),
          ...(isOpen(notice) ? todo(notice) : []),
          section(
            linksOf(notice)
              .map(({ url, text }) => link(url, text))
              .join('  ·  '),
          ),
        ],
      },
    ],
  }
}
