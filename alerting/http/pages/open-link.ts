import type { Context } from 'hono'
import { authenticate } from '#core/access/tokens.ts'
import { codeOf } from '#core/errors.ts'
import type { ApiEnv } from '#core/http/request-facts.ts'
import type { Deps } from '#core/service.ts'
import { LINK_PARAMETER, readAckToken, type LinkState } from '../../people/ack-link.ts'
import { READERS } from '../wire.ts'
import { sayPage } from './page.ts'

const INCIDENT = /^inc_\w{1,80}$/

/** The incident and the key of a link, and what the key is worth. */
export interface OpenedLink {
  readonly id: string
  readonly key: string
  readonly state: LinkState | 'none'
}

/** Reads a link of a message. An id that is none has no key that fits. */
export const openLink = (deps: Pick<Deps, 'env' | 'notify'>, c: Context<ApiEnv>): OpenedLink => {
  const id = c.req.param('id') ?? ''
  const key = c.req.query(LINK_PARAMETER) ?? ''
  if (key === '') return { id, key, state: 'none' }
  const state = INCIDENT.test(id)
    ? readAckToken(deps.notify.linkSecret, id, key, deps.env.clock.now())
    : 'wrong'
  return { id, key, state }
}

/** True when the request carries a token of somebody who may read alerts. */
export const mayRead = async (deps: Deps, c: Context<ApiEnv>): Promise<boolean> => {
  const header = c.req.header('authorization')
  if (header === undefined) return false
  try {
    const { role } = await authenticate(deps.env, deps.db, header)
    return READERS.some((reader) => reader === role)
  } catch (error) {
    if (codeOf(error) === 'unauthenticated') return false
    throw error
  }
}

const ASK = 'Open the newest message of this incident, or ask whoever is on call.'

/** What a link that opens nothing says, each with its status. */
const CLOSED = {
  expired: [410, 'This link is too old', 'Links in messages work for 24 hours.', ASK],
  wrong: [403, 'This link does not fit', 'It was cut short, changed, or is not one of ours.', ASK],
  none: [401, 'This page needs the link of a message', 'It opens with the key that stands in its link.', ASK],
} as const

/** The page for a link that opens nothing: it says why and what to do. */
export const closedLink = (c: Context<ApiEnv>, state: keyof typeof CLOSED): Response | Promise<Response> => {
  const [status, title, why, todo] = CLOSED[state]
  return c.html(sayPage(title, why, todo), status)
}

/** The page for an incident that there is not. */
export const noIncident = (c: Context<ApiEnv>): Response | Promise<Response> =>
  c.html(
    sayPage(
      'There is no such incident',
      'If this link came with a test message: it works, and there is nothing to do.',
    ),
    404,
  )
