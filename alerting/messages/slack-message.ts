import type { Change, Notice } from './notice.ts'
import { slackText } from './plain-text.ts'

const MARKS: Readonly<Record<Change, string>> = {
  fired: ':rotating_light:',
  escalated: ':hourglass:',
  resolved: ':white_check_mark:',
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })

const link = (url: string, text: string): string => `<${encodeURI(url)}|${slackText(text)}>`

/** A notice for an incoming webhook of Slack. `text` is what a phone shows; nothing in it mentions anybody. */
export const slackMessageOf = (notice: Notice) => {
  const { alert, incident, runbook } = notice
  const headline = `${MARKS[notice.change]} *${slackText(alert.name)}*: ${slackText(alert.headline)}`
  const facts = [
    ...notice.facts,
    ...(notice.cause === null ? [] : [{ name: 'Likely cause', value: notice.cause }]),
  ].map(({ name, value }) => `*${slackText(name)}* ${slackText(value)}`)
  const steps = runbook.steps.map((step, at) => `${at + 1}. ${slackText(step)}`)
  const open = notice.change !== 'resolved'
  return {
    text: headline,
    blocks: [
      section(headline),
      ...(facts.length === 0 ? [] : [section(facts.join('\n'))]),
      ...(open && steps.length > 0 ? [section(steps.join('\n'))] : []),
      section(
        [
          link(incident.url, 'The incident'),
          link(runbook.url, 'Runbook'),
          ...(open ? [link(incident.ackUrl, 'I am on it')] : []),
        ].join('  '),
      ),
    ],
  }
}
