import type { Answer } from '../deliveries/domain/plan-delivery.ts'

/** Longer than this a receiver is as good as away. */
const ANSWER_WITHIN_MS = 10_000
/** When a receiver says "too many" and not for how long; pagers ask for minutes. */
const TOO_MANY_WAIT_MS = 60_000
const REASON_MAX = 300

/** What a channel needs of the network. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

const waitOf = (response: Response): number => {
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : TOO_MANY_WAIT_MS
}

const answerOf = async (response: Response): Promise<Answer> => {
  const { status } = response
  if (response.ok) return { kind: 'taken' }
  const body = (await response.text().catch(() => '')).slice(0, REASON_MAX)
  const why = `${status}: ${body}`
  if (status === 429) return { kind: 'later', why, waitMs: waitOf(response) }
  // Only the receiver's own trouble passes by itself; a redirect is a wrong address.
  return status >= 500 || status === 408 ? { kind: 'later', why } : { kind: 'refused', why }
}

/**
 * Posts JSON and says what came of it: 2xx taken; 408, 429, 5xx and a lost answer later; anything else refused for good.
 * A lost answer may mean that it was taken: every body carries what makes a second one the same message.
 */
export const postJson = async (
  fetch: Fetch,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> => {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)])
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: within,
    })
    return await answerOf(response)
  } catch (error) {
    return { kind: 'later', why: error instanceof Error ? error.message : String(error) }
  }
}
