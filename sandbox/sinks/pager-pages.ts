import { html } from 'hono/html'
import type { Html } from './page-frame.ts'
import { time } from './page-frame.ts'
import type { Book, Deed, PagerIncident, StoredPage } from './pager-book.ts'
import type { PagerMode } from './switches.ts'

const pathOf = (incident: PagerIncident): string =>
  `/_sandbox/pages/${encodeURIComponent(incident.dedup_key)}`

const button = (incident: PagerIncident, deed: Deed, text: string): Html =>
  html`<form method="post" action="${pathOf(incident)}/${deed}"><button>${text}</button></form>`

const buttons = (incident: PagerIncident): Html | '' => {
  if (incident.status === 'resolved') return ''
  const first =
    incident.status === 'triggered'
      ? button(incident, 'acknowledge', 'Acknowledge')
      : button(incident, 'unacknowledge', 'Give back')
  return html`${first} ${button(incident, 'resolve', 'Resolve')}`
}

const inWords = (value: unknown): Html | string => {
  if (Array.isArray(value)) return html`${value.map((item) => html`<div>${inWords(item)}</div>`)}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0)

const facts = (about: Record<string, unknown>): Html =>
  html`<dl>
    ${Object.entries(about)
      .filter(([, value]) => !isEmpty(value))
      .map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${inWords(value)}</dd>`,
      )}
  </dl>`

/** PagerDuty takes anything as details. */
const detailsOf = (payload: Record<string, unknown>): Record<string, unknown> => {
  const { custom_details: details, source, component } = payload
  const named = typeof details === 'object' && details !== null ? details : { details }
  return { ...named, source, component }
}

const links = (list: readonly unknown[]): Html =>
  html`<p class="links">
    ${list.map((item) => {
      const { href = '', text = href } = item as { href?: string; text?: string }
      return /^https?:/.test(href) ? html`<a href="${href}">${text}</a> ` : html`${href} `
    })}
  </p>`

const line = (page: StoredPage, { effects }: Book): Html => {
  const verb = page.kind === 'deed' ? `${page.deed} by ${page.by}` : page.event_action
  return html`<dt>${time(page.at)}</dt>
    <dd>${verb}, ${effects.get(page.id) ?? ''}</dd>`
}

const isTrigger = (page: StoredPage): page is StoredPage & { kind: 'event' } =>
  page.kind === 'event' && page.payload !== null

const incidentCard = (incident: PagerIncident, pages: ReadonlyMap<string, StoredPage>, book: Book): Html => {
  const of = incident.events.flatMap((id) => pages.get(id) ?? [])
  const newest = of.findLast(isTrigger)
  return html`<section class="card" id="${incident.id}">
    <div class="body incident">
      <span class="badge ${incident.status}">${incident.status}</span>
      <b>${incident.summary}</b>
      <span class="badge ${incident.severity}">${incident.severity}</span>
      ${buttons(incident)}
    </div>
    <details>
      <summary>${incident.dedup_key} · ${time(incident.opened_at)}</summary>
      <div class="body">
        ${newest?.payload ? facts(detailsOf(newest.payload)) : ''} ${newest ? links(newest.links) : ''}
        <h2>What happened</h2>
        <dl>${of.map((page) => line(page, book))}</dl>
      </div>
    </details>
  </section>`
}

/** Every incident that the pager would show, newest first. */
export const pagerPage = (pages: readonly StoredPage[], book: Book, mode: PagerMode): Html => {
  const byId = new Map(pages.map((page) => [page.id, page]))
  return html`${mode === 'ok' ? '' : html`<p class="note">The pager is switched to <b>${mode}</b>.</p>`}
  ${book.incidents.length === 0 ? html`<p class="quiet">No page yet. Nobody is woken by what arrives here.</p>` : ''}
  ${book.incidents.toReversed().map((incident) => incidentCard(incident, byId, book))}`
}
