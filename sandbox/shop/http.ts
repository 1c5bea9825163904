import type { Machine } from './env.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly header: (name: string) => string | null
}

/** Nothing usable came back: no connection, a time-out, or a body that is not JSON. */
export class NoAnswer extends Error {}

export type Method = 'GET' | 'POST' | 'DELETE'

export interface Call {
  readonly method: Method
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** One HTTP call, JSON both ways. Throws NoAnswer when nothing usable came back; every status is an answer. */
export async function callJson(machine: Machine, call: Call): Promise<Answer> {
  const until = bothOf(machine.timeout(call.timeoutMs), call.signal)
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers: {
        ...call.headers,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: until.signal,
    })
    const text = await response.text()
    const body: unknown = text === '' ? null : JSON.parse(text)
    return { status: response.status, body, header: (name) => response.headers.get(name) }
  } catch (error) {
    throw new NoAnswer(`${call.method} ${call.url}: ${reasonOf(error)}`, { cause: error })
  } finally {
    until.release()
  }
}

/**
 * Aborts when either does. Not `AbortSignal.any`: on Node 20 a signal that lives as long as the shop would remember every
 * call ever made.
 */
function bothOf(
  timeout: AbortSignal,
  ended: AbortSignal | undefined,
): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController()
  const sources = ended === undefined ? [timeout] : [timeout, ended]
  const abort = (event: Event): void =>
    controller.abort(event.target instanceof AbortSignal && event.target.reason)
  for (const source of sources) {
    if (source.aborted) controller.abort(source.reason)
    source.addEventListener('abort', abort, { once: true })
  }
  const release = (): void => sources.forEach((source) => source.removeEventListener('abort', abort))
  return { signal: controller.signal, release }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return error.message
}
