import { html } from 'hono/html'
import { ackEndsAt } from '../../domain/escalation.ts'
import type { IncidentDelivery, StoredIncident, TimelineRow } from '../../incidents/incident.ts'
import { oneLine } from '../../messages/plain-text.ts'
import { statusOf } from '../incident-wire.ts'
import type { Html } from './page.ts'

type Clock = (at: Date) => string

/** What is wrong: severity, name, headline, facts and likely cause. */
export const headOf = (incident: StoredIncident, clock: Clock): Html => {
  const status = statusOf(incident)
  const facts = [
    ...(incident.notice?.facts ?? []),
    ...(incident.notice?.cause ? [{ name: 'Likely cause', value: incident.notice.cause }] : []),
    { name: 'Since', value: clock(incident.opened_at) },
  ]
  return html`<p class="rule">
      <span class="mark ${status === 'resolved' ? 'resolved' : incident.severity}"
        >${status === 'resolved' ? 'resolved' : incident.severity}</span
      >${incident.rule}
    </p>
    <h1>${oneLine(incident.headline)}</h1>
    <dl>
      ${facts.map(
        ({ name, value }) =>
          html`<dt>${oneLine(name)}</dt>
            <dd>${oneLine(value)}</dd>`,
      )}
    </dl>`
}

/** Who has it, in words. */
export const standingOf = (incident: StoredIncident, clock: Clock): string => {
  const { acked_at: at, acked_by: by, resolved_at: over, resolved_by: closer, muted_by: muted } = incident
  if (over !== null)
    return closer === 'auto'
      ? `It ended by itself: ${clock(over)}.`
      : `${oneLine(closer ?? 'Somebody')} closed it: ${clock(over)}.`
  if (at === null)
    return muted === null ? 'Nobody has it yet.' : `Nobody is told of it now: ${oneLine(muted)}.`
  const { policy, counted_from: countedFrom, told_steps: toldSteps } = incident
  const until = ackEndsAt(policy, { countedFrom, toldSteps, ackedAt: at })
  const rest = until === null ? '' : ` Unless it is over by then, people are told again: ${clock(until)}.`
  return `${oneLine(by ?? 'Somebody')} has it since ${clock(at)}.${rest}`
}

/** What to do, and payments to look at. */
export const stepsOf = ({ notice }: StoredIncident): Html | '' => {
  if (notice === null) return ''
  const { runbook, samples } = notice
  return html`<h2>What to do</h2>
    <ol>
      ${runbook.steps.map((step) => html`<li>${oneLine(step)}</li>`)}
    </ol>
    <p class="quiet">${oneLine(runbook.title)}</p>
    ${
      samples.length === 0
        ? ''
        : html`<h2>Payments to look at</h2>
            <ul>
              ${samples.map(({ text }) => html`<li>${oneLine(text)}</li>`)}
            </ul>`
    }`
}

const WORDS: Readonly<Record<TimelineRow['what'], string>> = {
  opened: 'opened',
  joined: 'one more joined',
  left: 'one less',
  told: 'told',
  muted: 'silenced',
  unmuted: 'told again',
  acked: 'taken',
  unacked: 'given back',
  ack_expired: 'time of whoever had it ran out',
  noted: 'note',
  resolved: 'over',
}

const sayDetail = ({ what, detail }: TimelineRow): string => {
  const value = what === 'noted' ? detail['text'] : what === 'resolved' ? detail['why'] : undefined
  return typeof value === 'string' && value !== '' ? `: ${oneLine(value)}` : ''
}

const byWhom = ({ by }: TimelineRow): string => (by === 'auto' ? '' : ` by ${oneLine(by)}`)

/** What happened, oldest first. */
export const timelineOf = (rows: readonly TimelineRow[], clock: Clock): Html =>
  html`<h2>What happened</h2>
    <ul class="timeline">
      ${rows.map(
        (row) =>
          html`<li>
            <time datetime="${row.at.toISOString()}">${clock(row.at)}</time
            >${WORDS[row.what]}${byWhom(row)}${sayDetail(row)}
          </li>`,
      )}
    </ul>`

const FATES: Readonly<Record<IncidentDelivery['status'], string>> = {
  pending: 'on its way',
  sent: 'sent',
  dropped: 'not needed any more',
  failed: 'could not be delivered',
}

/** Who was told by which way, and whether it arrived. */
export const messagesOf = (rows: readonly IncidentDelivery[], clock: Clock): Html | '' =>
  rows.length === 0
    ? ''
    : html`<h2>Messages</h2>
        <ul class="timeline">
          ${rows.map(
            ({ created_at: at, channel, contact, status }) =>
              html`<li>
                <time datetime="${at.toISOString()}">${clock(at)}</time>${channel} to ${oneLine(contact)},
                ${FATES[status]}
              </li>`,
          )}
        </ul>`
