import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { codeOf } from '#core/errors.ts'
import { containsPan } from '#core/http/pan.ts'
import { readBytes } from '#core/http/read-body.ts'
import type { ApiEnv } from '#core/http/request-facts.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { takeIncident } from '../../people/take-incident.ts'
import { findIncident } from '../../incidents/find-incident.ts'
import type { StoredIncident } from '../../incidents/incident.ts'
import { oneLine } from '../../messages/plain-text.ts'
import { LINK_PARAMETER } from '../../people/ack-link.ts'
import { headOf, standingOf, stepsOf } from './incident-parts.ts'
import { closedLink, noIncident, openLink } from './open-link.ts'
import { clockOf, page, sayPage, type Html } from './page.ts'

const NAME_MAX = 60
const FORM_BYTES_MAX = 4 * 1024
const COOKIE = 'tillwatch_name'
const COOKIE_S = 365 * 86_400

const form = (action: string, name: string, taken: boolean): Html =>
  html`<form method="post" action="${action}">
    <label
      >Who are you?
      <input type="text" name="name" value="${name}" maxlength="${NAME_MAX}" autocomplete="name" required />
    </label>
    <label class="check"
      ><input type="checkbox" name="remember" value="yes" checked /> Remember me on this device</label
    >
    <button type="submit">${taken ? 'Take it over' : 'I am on it'}</button>
  </form>`

const ackBody = (deps: Deps, incident: StoredIncident, key: string, name: string): Html => {
  const clock = clockOf(deps)
  const isOver = incident.resolved_at !== null
  const link = `/alerts/${incident.id}?${LINK_PARAMETER}=${key}`
  return page(incident.headline, [
    headOf(incident, clock),
    html`<section class="card">
      <p>${standingOf(incident, clock)}</p>
      ${isOver ? '' : form(`/alerts/${incident.id}/ack?${LINK_PARAMETER}=${key}`, name, incident.acked_at !== null)}
    </section>`,
    html`${isOver ? '' : stepsOf(incident)}`,
    html`<p><a href="${link}">Everything about this incident</a></p>`,
  ])
}

const NO_STORE = { 'cache-control': 'no-store' } as const

/** Looking takes nothing: mail scanners open every link that they see. */
const addLook = (api: Api, deps: Deps): void => {
  api.get('/alerts/:id/ack', async (c) => {
    c.get('facts').route = '/alerts/{id}/ack'
    const { id, key, state } = openLink(deps, c)
    if (state !== 'good') return closedLink(c, state)
    try {
      const { incident } = await findIncident(deps, id)
      return await c.html(
        ackBody(deps, incident, key, oneLine(getCookie(c, COOKIE) ?? '', NAME_MAX)),
        200,
        NO_STORE,
      )
    } catch (error) {
      if (codeOf(error) === 'not_found') return noIncident(c)
      throw error
    }
  })
}

/** What the form says; null when it is none. */
const readForm = async (c: Context<ApiEnv>): Promise<{ name: string; remember: boolean } | null> => {
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) return null
  const fields = new URLSearchParams(Buffer.from(await readBytes(c, FORM_BYTES_MAX)).toString('utf8'))
  const name = (fields.get('name') ?? '').trim()
  const isName = name !== '' && name === oneLine(name, NAME_MAX) && !containsPan(name)
  return isName ? { name, remember: fields.get('remember') === 'yes' } : null
}

const take = async (deps: Deps, c: Context<ApiEnv>, id: string, key: string): Promise<Response> => {
  const given = await readForm(c)
  if (given === null) {
    const text = `Go back and write a name of at most ${NAME_MAX} characters.`
    return c.html(sayPage('Who are you?', text), 422)
  }
  const { name, remember } = given
  await takeIncident(deps, { id, by: name, via: 'mail', at: deps.env.clock.now() })
  if (remember)
    setCookie(c, COOKIE, name, {
      path: '/alerts',
      maxAge: COOKIE_S,
      httpOnly: true,
      sameSite: 'Lax',
      secure: deps.notify.publicUrl.startsWith('https:'),
    })
  // The browser then asks with GET: a reload takes nothing again.
  return c.redirect(`/alerts/${id}/ack?${LINK_PARAMETER}=${key}`, 303)
}

const addTake = (api: Api, deps: Deps): void => {
  api.post('/alerts/:id/ack', async (c) => {
    c.get('facts').route = '/alerts/{id}/ack'
    const { id, key, state } = openLink(deps, c)
    if (state !== 'good') return closedLink(c, state)
    try {
      return await take(deps, c, id, key)
    } catch (error) {
      if (codeOf(error) === 'not_found') return noIncident(c)
      // It ended while the page was open: the page says so.
      if (codeOf(error) === 'invalid_state')
        return c.redirect(`/alerts/${id}/ack?${LINK_PARAMETER}=${key}`, 303)
      throw error
    }
  })
}

/** `GET` and `POST /alerts/{id}/ack`: what is wrong, and a button by which a person takes it, with a name for the timeline. */
export const addAckPages = (api: Api, deps: Deps): void => {
  addLook(api, deps)
  addTake(api, deps)
}
