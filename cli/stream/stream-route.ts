import { z } from '@hono/zod-openapi'
import { ROLES, seesShop, tillsOf, type Principal } from '#core/access/roles.ts'
import { TOPIC_NAMES, TOPICS, type Topic } from '#core/contracts/stream-topics.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import type { Hub, Told } from './hub.ts'

/** A proxy that hears nothing for long hangs up (observability.md §4.3). */
const HEARTBEAT_MS = 15_000
/** Whoever may no longer look is told nothing more within this time. */
const CHECK_MS = 1_000
/** The browser comes back this soon after a stream broke. */
const RETRY_MS = 2_000

const query = z.strictObject({
  topics: z
    .string()
    .default(TOPIC_NAMES.join(','))
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(z.enum(TOPIC_NAMES)).min(1))
    .openapi({ type: 'string', example: 'payments,alerts' }),
})

/** Topics that the caller may hear of those asked for; what belongs to the shop as a whole only whoever sees it. */
const heard = (principal: Principal, wanted: readonly Topic[]): ReadonlySet<Topic> =>
  new Set(
    wanted.filter(
      (topic) =>
        TOPICS[topic].some((role) => role === principal.role) &&
        (topic === 'payments' || seesShop(principal)),
    ),
  )

const frame = ({ id, change }: Told): string => {
  const { topic, type, at, id: object, more } = change
  return `id: ${id}\nevent: ${topic}\ndata: ${JSON.stringify({ type, id: object, at: at.toISOString(), ...more })}\n\n`
}

const mayHear = (principal: Principal, topics: ReadonlySet<Topic>, { change }: Told): boolean => {
  const tills = tillsOf(principal)
  return topics.has(change.topic) && (tills === null || tills.includes(change.tillId))
}

type Send = (text: string) => void

/** Asks again and again whether the caller may still look, and keeps the line warm, until either ends. */
const watch = async (
  { env }: Pick<Deps, 'env'>,
  send: Send,
  isStill: () => Promise<boolean>,
  ended: AbortSignal,
): Promise<void> => {
  let waitedMs = 0
  while (!ended.aborted) {
    await env.machine.sleep(CHECK_MS, ended).catch(() => undefined)
    if (ended.aborted) return
    if (!(await isStill())) return send('event: signed_out\ndata: {}\n\n')
    waitedMs += CHECK_MS
    if (waitedMs < HEARTBEAT_MS) continue
    waitedMs = 0
    send(': still here\n\n')
  }
}

interface Listening {
  readonly principal: Principal
  readonly topics: ReadonlySet<Topic>
  readonly lastId: string | undefined
  readonly isStill: () => Promise<boolean>
}

const openStream = (
  deps: Deps,
  hub: Hub,
  { principal, topics, lastId, isStill }: Listening,
): ReadableStream => {
  const ended = new AbortController()
  const encoder = new TextEncoder()
  return new ReadableStream({
    start: async (controller) => {
      const send: Send = (text) => {
        if (!ended.signal.aborted) controller.enqueue(encoder.encode(text))
      }
      const listening = hub.listen(lastId, (told) => {
        if (mayHear(principal, topics, told)) send(frame(told))
      })
      // Whoever reads everything anew at this word misses nothing of what comes after it.
      const begin = `retry: ${RETRY_MS}\n: begins\n\n${listening.missed ? 'event: missed\ndata: {}\n\n' : ''}`
      void listening.looking.then(() => send(begin))
      ended.signal.addEventListener('abort', () => listening.stop())
      const end = (): void => {
        if (ended.signal.aborted) return
        ended.abort()
        controller.close()
      }
      if (hub.closed.aborted) return end()
      hub.closed.addEventListener('abort', end, { once: true, signal: ended.signal })
      void watch(deps, send, isStill, ended.signal).then(end)
    },
    cancel: () => ended.abort(),
  })
}

/** `GET /stream`: server-sent events, resumable with `Last-Event-ID`, ended within a second of the session's end. */
export const addStreamRoute = (
  api: Api,
  deps: Deps,
  hub: Hub,
  identify: (sender: Request) => Promise<Principal>,
): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/stream',
      summary: 'What happens, as server-sent events; resumable with Last-Event-ID',
      allow: ROLES,
      scope: 'own',
      query,
      answers: { 200: z.string() },
      errors: [],
    },
    async ({ principal, query: { topics }, context }) => {
      const wanted = heard(principal, topics)
      if (wanted.size === 0) throw new TillwatchError('forbidden')
      const sender = context.req.raw
      const isStill = async (): Promise<boolean> => {
        try {
          const now = await identify(sender)
          return now.actorId === principal.actorId && now.role === principal.role
        } catch (error) {
          // A database that is away says nothing about the caller; who is refused hears no more.
          return !(error instanceof TillwatchError && error.status < 500)
        }
      }
      const lastId = context.req.header('last-event-id')
      const body = openStream(deps, hub, { principal, topics: wanted, lastId, isStill })
      return new Response(body, {
        headers: {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-store',
          // Proxies that collect answers would hold the news back.
          'X-Accel-Buffering': 'no',
        },
      })
    },
  )
}
