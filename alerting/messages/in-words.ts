import type { Change, Fact, Notice } from './notice.ts'
import { oneLine } from './plain-text.ts'

const LOCALE = 'en-GB'

/** "2 Mar 2026, 09:30:05 GMT" where the reader lives; UTC when nobody said where that is. */
export const instantInWords = (at: Date, zone = 'UTC'): string =>
  new Intl.DateTimeFormat(LOCALE, {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(at)

/** "45 s", "12 min", "3 h 5 min", "2 d 4 h". */
export const spanInWords = (ms: number): string => {
  const s = Math.max(0, Math.floor(ms / 1_000))
  const min = Math.floor(s / 60)
  const h = Math.floor(min / 60)
  if (s < 60) return `${s} s`
  if (min < 60) return `${min} min`
  if (h < 24) return min % 60 === 0 ? `${h} h` : `${h} h ${min % 60} min`
  return h % 24 === 0 ? `${Math.floor(h / 24)} d` : `${Math.floor(h / 24)} d ${h % 24} h`
}

const lasted = ({ incident, at }: Notice): string => spanInWords(at.getTime() - incident.openedAt.getTime())

const STATES: Readonly<Record<Change, (notice: Notice) => string>> = {
  fired: ({ alert }) => alert.severity,
  escalated: (notice) => `${notice.alert.severity}, open for ${lasted(notice)}`,
  taken: (notice) => `taken after ${lasted(notice)}`,
  resolved: (notice) => `resolved after ${lasted(notice)}`,
}

/** How bad it is, and since when where it is not new: "critical", "critical, open for 15 min", "resolved after 29 min". */
export const stateInWords = (notice: Notice): string => STATES[notice.change](notice)

/** What a message asks of its reader beyond the headline; empty when the headline says it all. */
export const plea = (notice: Notice): string =>
  notice.change === 'escalated'
    ? `Nobody has taken this for ${lasted(notice)}. It is told to more people until somebody does.`
    : ''

/** Value, line, window and counts as they were judged, and when it began and ended. */
export const factsOf = (notice: Notice): readonly Fact[] => {
  const { incident, zone, at, change } = notice
  return [
    ...notice.facts,
    ...(change === 'resolved'
      ? [
          { name: 'Began', value: instantInWords(incident.openedAt, zone) },
          { name: 'Over', value: `${instantInWords(at, zone)}, after ${lasted(notice)}` },
        ]
      : [{ name: 'Since', value: instantInWords(incident.openedAt, zone) }]),
  ]
}

/** True while something is to be done about it. */
export const isOpen = ({ change }: Notice): boolean => change === 'fired' || change === 'escalated'

/** Where to look next, the incident first. */
export const linksOf = ({
  incident,
  runbook,
  links = [],
}: Notice): readonly { text: string; url: string }[] => [
  { text: 'The incident', url: incident.url },
  ...links,
  { text: 'Runbook', url: runbook.url },
]

const HEADLINE_MAX = 140

/** Severity, value, line, window and counts first: a phone's lock screen shows no more. Then what mail filters go by. */
export const subjectOf = (notice: Notice): string => {
  const { alert, place } = notice
  const about = place === undefined ? alert.name : `${alert.name}, ${place}`
  return oneLine(
    `[${stateInWords(notice)}] ${oneLine(alert.headline, HEADLINE_MAX)} | ${oneLine(about, 80)}`,
    250,
  )
}
