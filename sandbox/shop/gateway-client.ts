import { z } from 'zod'
import type { ShopEnv } from './env.ts'
import { callJson, NoAnswer } from './http.ts'
import type { Answer, Call } from './http.ts'

export interface Gateway {
  /** GET under `/payments/api`. */
  get(path: string): Promise<Answer>
  /** A money call: the key makes every repetition of it, also after a crash, happen once. */
  post(path: string, body: unknown, key: string): Promise<Answer>
  /** A money call that is sent once and not waited for beyond `timeoutMs`; null when no answer came. */
  postOnce(path: string, body: unknown, key: string, timeoutMs: number): Promise<Answer | null>
}

export interface GatewayOptions {
  readonly url: string
  readonly token: string
  readonly env: ShopEnv
  readonly signal: AbortSignal
  /** Machine time after which a platform that stays away is given up. */
  readonly patienceMs: number
}

/** The platform did not do its work within the patience. `answered`: it answered, but only with "not now". */
export class PlatformAway extends Error {
  readonly answered: boolean
  constructor(message: string, answered: boolean) {
    super(message)
    this.answered = answered
  }
}

/** Longer than the platform's own time-out towards Stripe, so that its 202 gets through. */
const attemptTimeoutMs = 45_000
const backOffFirstMs = 50
const backOffLastMs = 3_000

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string().optional() }) })

/** The stable error code of an answer, or null when it carries none. */
export function codeOf(answer: Answer): string | null {
  return errorBody.safeParse(answer.body).data?.error.code ?? null
}

/** Status, code and message of an answer in one line, for people. */
export function describe(answer: Answer): string {
  const error = errorBody.safeParse(answer.body).data?.error
  return [answer.status, error?.code, error?.message].filter((part) => part !== undefined).join(' ')
}

/**
 * The gateway as a till sees it. A call is repeated with the same key while the platform is not reachable, answers 5xx,
 * 429, or 409 `operation_in_progress`; `Retry-After` is respected within the longest back-off. Throws PlatformAway after
 * `patienceMs` of machine time, and NoAnswer at once when `signal` ends the shop. All other answers are returned.
 */
export function gatewayClient(options: GatewayOptions): Gateway {
  const base = `${options.url.replace(/\/+$/, '')}/payments/api`
  const callOf = (method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Call => ({
    method,
    url: `${base}${path}`,
    headers: {
      authorization: `Bearer ${options.token}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body,
    timeoutMs: attemptTimeoutMs,
    signal: options.signal,
  })
  return {
    get: (path) => callPatiently(options, callOf('GET', path)),
    post: (path, body, key) => callPatiently(options, callOf('POST', path, body, key)),
    postOnce: async (path, body, key, timeoutMs) => {
      const call = { ...callOf('POST', path, body, key), timeoutMs }
      const answer = await orNoAnswer(callJson(options.env.machine, call), options.signal)
      return answer instanceof NoAnswer ? null : answer
    },
  }
}

/** The answer, or that none came; rejects when the shop is stopped. */
function orNoAnswer(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer | NoAnswer> {
  return answer.catch((error: unknown) => {
    if (error instanceof NoAnswer && !signal.aborted) return error
    throw error
  })
}

async function callPatiently({ env, signal, patienceMs }: GatewayOptions, call: Call): Promise<Answer> {
  const startedAtMs = env.machine.nowMs()
  for (let attempt = 0; ; attempt += 1) {
    const result = await orNoAnswer(callJson(env.machine, call), signal)
    const answered = !(result instanceof NoAnswer)
    if (answered && !isNotNow(result)) return result
    if (env.machine.nowMs() - startedAtMs >= patienceMs) {
      const seconds = Math.round(patienceMs / 1000)
      const last = answered ? describe(result) : result.message
      throw new PlatformAway(`no success for ${seconds} s with ${call.method} ${call.url}: ${last}`, answered)
    }
    await env.machine.wait(
      backOffMs(attempt, env.random, answered ? result.header('retry-after') : null),
      signal,
    )
  }
}

/** "Not now" is worth another try with the same key; anything else is an answer. */
export function isNotNow(answer: Answer): boolean {
  if (answer.status === 429 || answer.status >= 500) return true
  return answer.status === 409 && codeOf(answer) === 'operation_in_progress'
}

function backOffMs(attempt: number, random: () => number, retryAfter: string | null): number {
  const asked = retryAfter === null || !/^\d+$/.test(retryAfter) ? 0 : Number(retryAfter) * 1000
  const doubled = backOffFirstMs * 2 ** Math.min(attempt, 10)
  const jittered = doubled * (0.75 + random() / 2)
  return Math.min(backOffLastMs, Math.max(asked, jittered))
}
