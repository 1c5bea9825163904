import { ApiError, offline } from './api-error.ts'

const BASE = '/payments/api'

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface CallOptions {
  /** Of a money call: the same key for the same intent, so that a repeat never acts twice. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

/** What the session wants to know of answers; set once by lib/session. */
interface Hooks {
  signedOut(): void
  /** Asks the person for a code; false when they would rather not. */
  stepUp(): Promise<boolean>
}

let hooks: Hooks = { signedOut: () => undefined, stepUp: async () => false }

/** Tells the door whom to ask when an answer is about the session itself. */
export const setHooks = (given: Hooks): void => {
  hooks = given
}

/** A path of the API with its query; empty values are left out. */
export const urlOf = (path: string, query: Query = {}): string => {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  const text = params.toString()
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`
}

const send = async (method: string, url: string, body: unknown, options: CallOptions): Promise<Response> => {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (method !== 'GET') headers['content-type'] = 'application/json'
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey
  try {
    return await fetch(url, {
      method,
      headers,
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    if (options.signal?.aborted === true) throw error
    throw offline()
  }
}

const read = async (response: Response): Promise<unknown> => {
  const text = await response.text().catch(() => {
    throw offline()
  })
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    throw new ApiError(response.status, null)
  }
}

const call = async <T>(
  method: string,
  url: string,
  body: unknown,
  options: CallOptions,
  mayAsk = true,
): Promise<T> => {
  const response = await send(method, url, body, options)
  const answer = await read(response)
  if (response.ok) return answer as T
  const error = new ApiError(response.status, answer, response.headers.get('retry-after'))
  if (error.code === 'unauthenticated') hooks.signedOut()
  if (error.code === 'mfa_required' && mayAsk && (await hooks.stepUp()))
    return call(method, url, body, options, false)
  throw error
}

/**
 * The gateway's API with the session's cookie. Throws ApiError; `offline` means that nobody knows whether it was done. A call
 * that needs a fresh second factor asks for it and is then sent again, with the same Idempotency-Key.
 */
export const api = {
  get: <T>(path: string, query?: Query, options: CallOptions = {}): Promise<T> =>
    call<T>('GET', urlOf(path, query), undefined, options),
  post: <T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> =>
    call<T>('POST', urlOf(path), body, options),
  remove: <T>(path: string, options: CallOptions = {}): Promise<T> =>
    call<T>('DELETE', urlOf(path), undefined, options),
}

/** A key for one intent of a person; keep it until its outcome is known. */
export const newKey = (): string => `ui_${crypto.randomUUID()}`
