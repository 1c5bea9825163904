import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'

const followBody = z.object({
  seen: z.number(),
  answer: z
    .object({
      round: z.number(),
      quiet: z.boolean(),
      activity: z.string(),
      next_due_ms: z.number().nullable(),
    })
    .optional(),
})
const clockBody = z.object({
  now: z.string().optional(),
  speed: z.union([z.number(), z.literal('max'), z.literal('machine')]).optional(),
  until: z.string().nullable().optional(),
})
type FollowAnswer = z.infer<typeof followBody>['answer']

export interface FakeSandbox {
  readonly url: string
  nowMs(): number
  speed(): number | string
  /** All instants at which the clock stood, the jumps in `max`. */
  readonly jumps: number[]
  readonly answers: Array<NonNullable<FollowAnswer>>
  /** Payouts are open until the clock is there. */
  payoutsPaidAtMs: number
  objects: number
  /** False: as with a platform that does not answer. */
  opensRounds: boolean
  /** Every call of `/faults`, with where the clock stood. */
  readonly faults: { method: string; body: unknown; atMs: number }[]
  /** Comes back as after a `kill -9`: the clock stands until someone asks for fast time again. */
  restart(): void
  /** Drops the next polls on the floor. */
  refusePolls: number
  close(): Promise<void>
}

/**
 * A control plane with one driver as HOUSE's contract has it: in `max` it opens rounds and jumps to the driver's next due
 * moment after two quiet answers with the same activity; never beyond `until`.
 */
export async function fakeSandbox(
  startMs: number,
  speedAtStart: number | 'machine' = 0,
): Promise<FakeSandbox> {
  const clock = {
    now: startMs,
    speed: speedAtStart as number | string,
    until: null as number | null,
    version: 1,
  }
  const held: Array<() => void> = []
  let round = 0
  let lastQuiet: string | null = null

  let anchorMs = performance.now()
  /** At machine speed or a number of times of it the clock runs; in `max` it stands. */
  const nowMs = (): number => {
    const rate = clock.speed === 'machine' ? 1 : typeof clock.speed === 'number' ? clock.speed : 0
    return clock.now + Math.floor((performance.now() - anchorMs) * rate)
  }
  const settle = (now: number): void => {
    clock.now = now
    anchorMs = performance.now()
  }
  const wake = (): void => held.splice(0).forEach((release) => release())
  const moved = (): void => {
    clock.version += 1
    lastQuiet = null
    wake()
  }
  const judge = (answer: FollowAnswer): void => {
    if (answer === undefined || clock.speed !== 'max' || answer.round !== round) return
    fake.answers.push(answer)
    round += 1
    if (!answer.quiet) lastQuiet = null
    else if (lastQuiet !== answer.activity) lastQuiet = answer.activity
    else jump(answer.next_due_ms)
  }
  const jump = (dueMs: number | null): void => {
    const toMs = Math.min(dueMs ?? Infinity, clock.until ?? Infinity)
    if (toMs === Infinity) return
    if (clock.until !== null && toMs >= clock.until) Object.assign(clock, { speed: 0, until: null })
    settle(Math.max(clock.now, toMs))
    fake.jumps.push(clock.now)
    moved()
  }

  const fake: FakeSandbox = {
    url: '',
    nowMs,
    speed: () => clock.speed,
    jumps: [],
    answers: [],
    faults: [],
    restart: () => {
      settle(nowMs())
      clock.speed = 0
      moved()
    },
    payoutsPaidAtMs: 0,
    objects: 0,
    opensRounds: true,
    refusePolls: 0,
    close: async () => undefined,
  }
  const turn = { clock, held, nowMs, settle, moved, judge, round: () => round }
  return listen(controlPlane(fake, turn), fake, wake)
}

interface Turn {
  readonly clock: { now: number; speed: number | string; until: number | null; version: number }
  readonly held: Array<() => void>
  nowMs(): number
  settle(now: number): void
  moved(): void
  judge(answer: FollowAnswer): void
  round(): number
}

/** The routes over one fake's state. */
function controlPlane(fake: FakeSandbox, { clock, held, nowMs, settle, moved, judge, round }: Turn): Hono {
  const body = () => ({ now: new Date(nowMs()).toISOString(), now_ms: nowMs(), ...pick(clock) })
  const app = new Hono()
  app.get('/_sandbox/clock', (c) => c.json(body()))
  app.post('/_sandbox/clock', async (c) => {
    const change = clockBody.parse(await c.req.json())
    const now = change.now === undefined ? nowMs() : Date.parse(change.now)
    if (now < clock.now && fake.objects > 0) {
      return c.json({ error: { code: 'clock_backwards', message: 'never back' } }, 400)
    }
    settle(now)
    if (change.speed !== undefined) clock.speed = change.speed
    if (change.until !== undefined) clock.until = change.until === null ? null : Date.parse(change.until)
    moved()
    return c.json(body())
  })
  app.post('/_sandbox/clock/follow', async (c) => {
    if (fake.refusePolls > 0) {
      fake.refusePolls -= 1
      return c.text('starting', 503)
    }
    const { seen, answer } = followBody.parse(await c.req.json())
    judge(answer)
    const asks = clock.speed === 'max' && fake.opensRounds
    if (clock.version === seen && !asks) await new Promise<void>((resolve) => held.push(resolve))
    return c.json({ ...pick(clock), now_ms: nowMs(), round: asks ? round() : null })
  })
  app.get('/_sandbox/payouts', (c) => {
    const open = nowMs() >= fake.payoutsPaidAtMs ? 0 : 1
    return c.json({ open, unpaid: open, data: [] })
  })
  app.on(['POST', 'DELETE'], '/_sandbox/faults', async (c) => {
    const text = await c.req.text()
    const body: unknown = text === '' ? null : JSON.parse(text)
    fake.faults.push({ method: c.req.method, body, atMs: nowMs() })
    if (!text.includes('nobody')) return c.json({ rules: [] })
    return c.json({ error: { code: 'invalid_body', message: 'name: there is no such set' } }, 400)
  })
  app.get('/_sandbox/state', (c) => c.json({ objects: fake.objects, first_object: null }))
  return app
}

function pick({ speed, version }: { speed: number | string; version: number }) {
  return { speed, version, until: null }
}

/** Serves an app on a free loopback port for as long as a test runs. */
export function listen<T extends { url: string; close(): Promise<void> }>(
  app: Hono,
  fake: T,
  beforeClose: () => void = () => undefined,
): Promise<T> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      const close = (): Promise<void> => {
        beforeClose()
        if ('closeAllConnections' in server) server.closeAllConnections()
        return new Promise((done) => server.close(() => done()))
      }
      resolve(Object.assign(fake, { url: `http://127.0.0.1:${port}`, close }))
    })
  })
}
