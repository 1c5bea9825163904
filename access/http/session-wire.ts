import { z } from '@hono/zod-openapi'
import { STEP_UP_MS } from '#core/access/authorize.ts'
import { readCookie, DEVICE_COOKIE, SESSION_COOKIE, writeCookie } from '#core/access/cookies.ts'
import { ABSOLUTE_S, digestOf, findSession, idleEnd, type SessionRow } from '#core/access/sessions.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { RouteAnswer } from '#core/http/route-spec.ts'
import type { Deps } from '#core/service.ts'
import { isNobodyYet } from '../person.ts'

const findDeviceRow = loadSql(import.meta.url, '../sql/device_find.sql')

const DEVICE_S = 400 * 86_400

const named = z.object({ id: z.string(), name: z.string() })

export const sessionSchema = z.object({
  state: z.enum(['anonymous', 'mfa_required', 'enrol_required', 'active', 'locked']),
  setup_required: z.boolean(),
  demo: z.boolean(),
  person: z
    .object({
      id: z.string(),
      name: z.string(),
      email: z.string().nullable(),
      role: z.string(),
      stores: z.array(named).nullable(),
      till: named.nullable(),
    })
    .nullable(),
  stepped_up_until: z.string().nullable(),
  idle_expires_at: z.string().nullable(),
  expires_at: z.string().nullable(),
  device_till: named.nullable(),
})

/** A browser that is a till. */
export interface Device {
  readonly id: string
  readonly till_id: string
  readonly till_name: string
  readonly store_id: string
}

/** The till that this browser is, by its cookie. */
export const findDevice = async ({ db }: Pick<Deps, 'db'>, headers: Headers): Promise<Device | undefined> => {
  const secret = readCookie(headers.get('cookie'), DEVICE_COOKIE)
  return secret === undefined ? undefined : db.first<Device>(findDeviceRow, [digestOf(secret)])
}

/** The session of this browser, whatever its state. */
export const sessionOf = async (
  deps: Pick<Deps, 'env' | 'db'>,
  headers: Headers,
): Promise<SessionRow | undefined> =>
  findSession(deps.env, deps.db, readCookie(headers.get('cookie'), SESSION_COOKIE))

const personWire = ({ shop }: Pick<Deps, 'shop'>, row: SessionRow) => ({
  id: row.person_id,
  name: row.name,
  email: row.email,
  role: row.role,
  stores:
    row.stores &&
    shop.stores.filter(({ id }) => row.stores?.includes(id)).map(({ id, name }) => ({ id, name })),
  till: shop.tills.filter(({ id }) => id === row.till_id).map(({ id, name }) => ({ id, name }))[0] ?? null,
})

const steppedUpUntil = ({ stepped_up_at: at }: SessionRow): string | null =>
  at === null ? null : new Date(at.getTime() + STEP_UP_MS).toISOString()

/** What a page knows of its session. A half-done log-in does not say whose it is. */
export const sessionFacts = async (
  deps: Deps & { readonly demo: boolean },
  session: SessionRow | undefined,
  device: Device | undefined,
) => {
  const isKnown = session !== undefined && session.state !== 'mfa_required'
  return {
    state: session?.state ?? 'anonymous',
    setup_required: session === undefined && (await isNobodyYet(deps.db)),
    demo: deps.demo,
    person: isKnown ? personWire(deps, session) : null,
    stepped_up_until: isKnown ? steppedUpUntil(session) : null,
    idle_expires_at: session ? idleEnd(session).toISOString() : null,
    expires_at: session ? session.expires_at.toISOString() : null,
    device_till: device ? { id: device.till_id, name: device.till_name } : null,
  }
}

/** Gives the browser its session's secret. */
export const withSession = (secret: string): Record<string, string> => ({
  'Set-Cookie': writeCookie(SESSION_COOKIE, secret, ABSOLUTE_S),
})

/** Makes the browser a till. */
export const withDevice = (secret: string): Record<string, string> => ({
  'Set-Cookie': writeCookie(DEVICE_COOKIE, secret, DEVICE_S),
})

/** The answer of every step of a log-in: the session as it is now, and its secret when that is new. */
export const answerSession = async (
  deps: Deps & { readonly demo: boolean },
  secret: string | undefined,
  device: Device | undefined,
): Promise<RouteAnswer> => {
  const session = secret === undefined ? undefined : await findSession(deps.env, deps.db, secret)
  const body = await sessionFacts(deps, session, device)
  return { status: 200, body, headers: withSession(secret ?? '') }
}
