import { factsOf, isOpen, linksOf, plea, stateInWords } from './in-words.ts'
import type { Fact, Notice } from './notice.ts'
import { oneLine } from './plain-text.ts'

const table = (facts: readonly Fact[]): string => {
  const width = Math.max(...facts.map(({ name }) => name.length))
  return facts.map(({ name, value }) => `${oneLine(name).padEnd(width)}  ${oneLine(value)}`).join('\n')
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title}\n${lines.map((line) => `  ${line}`).join('\n')}`]

const whatToDo = ({ runbook }: Notice): string[] =>
  section(
    `What to do (${oneLine(runbook.title)})`,
    runbook.steps.map((step, at) => `${at + 1}. ${oneLine(step)}`),
  )

const todo = (notice: Notice): string[] => [
  `I am on it: ${oneLine(notice.incident.ackUrl)}`,
  ...whatToDo(notice),
  ...section(
    'Payments to look at',
    notice.samples.flatMap(({ text, url }) => [oneLine(text), `  ${oneLine(url)}`]),
  ),
]

/** A mail's text: the same as its HTML, for those who read without it. */
export const mailText = (notice: Notice): string => {
  const { alert, place, cause, breakdown = [], others = [] } = notice
  const head = [stateInWords(notice), place ?? '', alert.name].filter((part) => part !== '')
  return [
    head.map((part) => oneLine(part)).join(' | '),
    oneLine(alert.headline),
    ...(plea(notice) === '' ? [] : [plea(notice)]),
    table(factsOf(notice)),
    ...(cause === null ? [] : [`Likely cause\n  ${oneLine(cause)}`]),
    ...(isOpen(notice) ? todo(notice) : []),
    ...(breakdown.length === 0 ? [] : [table(breakdown)]),
    ...section(
      'Raised with it',
      others.map((headline) => oneLine(headline)),
    ),
    linksOf(notice)
      .map(({ text, url }) => `${oneLine(text)}: ${oneLine(url)}`)
      .join('\n'),
  ].join('\n\n')
}
