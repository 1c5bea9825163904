import type { Role } from '#core/access/roles.ts'
import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import type { AlertRule } from '../domain/rule.ts'
import { alertingDoors, alertingRoutes } from '../http/routes.ts'

export const API = '/payments/api'

/** An answer, its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Tests look into bodies of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
}

export interface Asked {
  readonly method?: string
  readonly role?: Role
  readonly body?: unknown
  /** As it is, with headers of its own. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

/** The routes of alerting in process; `role` gets a token called `Ann`. */
export const openHttp = (deps: Deps, rules: readonly AlertRule[]) => {
  const app = createRoot(deps)
  app.route(API, alertingRoutes(deps, rules))
  app.route('/', alertingDoors(deps, rules))
  const tokens = new Map<Role, string>()
  const tokenOf = async (role: Role): Promise<string> => {
    const known = tokens.get(role)
    if (known !== undefined) return known
    const { token } = await createToken(deps.env, deps.db, { name: 'Ann', role })
    tokens.set(role, token)
    return token
  }
  return async (path: string, { method, role, body, raw, headers = {} }: Asked = {}): Promise<Answer> => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await app.request(path, {
      method: method ?? (sent === undefined ? 'GET' : 'POST'),
      headers: {
        ...(role ? { authorization: `Bearer ${await tokenOf(role)}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    }
  }
}
