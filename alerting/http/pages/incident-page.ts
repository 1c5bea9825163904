import { html } from 'hono/html'
import { codeOf } from '#core/errors.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { LINK_PARAMETER } from '../../people/ack-link.ts'
import { readWhole } from '../read-whole.ts'
import { graphOf } from './graph.ts'
import { headOf, messagesOf, standingOf, stepsOf, timelineOf } from './incident-parts.ts'
import { closedLink, mayRead, noIncident, openLink } from './open-link.ts'
import { clockOf, page, type Html } from './page.ts'

const bodyOf = async (deps: Deps, id: string, ackUrl: string | null): Promise<Html> => {
  const { whole, evaluations } = await readWhole(deps, id)
  const { incident, timeline, deliveries } = whole
  const clock = clockOf(deps)
  const take =
    ackUrl === null || incident.resolved_at !== null
      ? ''
      : html`<p><a href="${ackUrl}">${incident.acked_at === null ? 'I am on it' : 'Take it over'}</a></p>`
  return page(incident.headline, [
    headOf(incident, clock),
    html`<section class="card">
      <p>${standingOf(incident, clock)}</p>
      ${take}
    </section>`,
    html`${graphOf(evaluations)}${stepsOf(incident)}`,
    html`${timelineOf(timeline, clock)}${messagesOf(deliveries, clock)}`,
  ])
}

/** `GET /alerts/{id}`: an incident for people, behind the key of a message's link or a token; it runs no script. */
export const addIncidentPage = (api: Api, deps: Deps): void => {
  api.get('/alerts/:id', async (c) => {
    c.get('facts').route = '/alerts/{id}'
    const { id, key, state } = openLink(deps, c)
    const byLink = state === 'good'
    if (!byLink && !(await mayRead(deps, c))) return closedLink(c, state)
    try {
      const ackUrl = byLink ? `/alerts/${id}/ack?${LINK_PARAMETER}=${key}` : null
      return c.html(await bodyOf(deps, id, ackUrl), 200, { 'cache-control': 'no-store' })
    } catch (error) {
      if (codeOf(error) === 'not_found') return noIncident(c)
      throw error
    }
  })
}
