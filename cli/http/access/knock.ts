import type { Role } from '#core/access/roles.ts'
import type { Answer, Door } from '../testing/open-door.ts'
import { readAnswer } from '../testing/open-door.ts'
import { addPerson } from '../../../access/people.ts'
import { openSession } from '../../../access/open-session.ts'
import { SESSION_COOKIE } from '#core/access/cookies.ts'

/** How a caller proves who it is. */
export type Proof = Readonly<Record<string, string>>

/** What came of a call, as far as rights go. */
export type Outcome = 'passed' | 'unauthenticated' | 'forbidden' | 'mfa_required' | 'absent' | 'broken'

/** What an answer says about rights. */
export const outcomeOf = ({ status, body }: Answer): Outcome => {
  const code = body?.error?.code
  if (status === 401) return 'unauthenticated'
  if (code === 'forbidden' || code === 'mfa_required') return code
  if (status === 404) return 'absent'
  return status === 500 ? 'broken' : 'passed'
}

/** A person of that role, in a store or in all, with a session; `stepped` says whether the second factor is fresh. */
export const openAs = async (
  door: Door,
  role: Role,
  stores: readonly string[] | null,
  stepped: boolean,
): Promise<Proof> => {
  const { deps } = door
  const name = `${role} ${stores?.join('') ?? 'all'} ${stepped}`
  const email = `${name.replaceAll(' ', '-')}@company.com`
  const shop = { ...deps.shop, stores: [{ id: 'high-street' }, { id: 'station' }] } as typeof deps.shop
  const person = { name, email, role, stores, pin: null }
  const personId = await addPerson({ ...deps, shop }, person, 'test')
  const steppedUpAt = stepped ? deps.env.clock.now() : null
  const browser = { ip: '127.0.0.1', userAgent: 'test' }
  const secret = await openSession(deps, { personId, state: 'active', tillId: null, steppedUpAt }, browser)
  return { cookie: `${SESSION_COOKIE}=${secret}`, 'sec-fetch-site': 'same-origin' }
}

let keys = 0

/** One call; a stream is left as soon as it answers. */
export const knock = async (
  door: Door,
  method: string,
  path: string,
  proof: Proof,
  body?: object,
): Promise<Answer> => {
  const headers = { 'idempotency-key': `knock-${(keys += 1)}`, 'content-type': 'application/json', ...proof }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(door.url + path, { method, headers, ...sent })
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    return readAnswer(response)
  await response.body?.cancel()
  return { status: response.status, headers: response.headers, text: '', body: null }
}
