import type { Hono } from 'hono'
import { z } from 'zod'
import type { SandboxParts } from '../parts.ts'
import { ControlFailure, readBody } from './answers.ts'

/** The year 9999: beyond it instants have no RFC 3339 form, and no one could bring the clock back. */
const INSTANT_MAX = Date.UTC(9999, 11, 31)

const instant = z
  .union([z.string(), z.number()])
  .transform((value) => (typeof value === 'number' ? value : Date.parse(value)))
  .refine((ms) => Number.isSafeInteger(ms) && ms >= 0 && ms <= INSTANT_MAX, 'must be an RFC 3339 instant')

const clockShape = z.strictObject({
  now: instant.optional(),
  speed: z.union([z.enum(['machine', 'max']), z.number().min(0).max(1e6)]).optional(),
  until: instant.nullable().optional(),
})

const pollShape = z.strictObject({
  follower: z.string().min(1).max(100),
  role: z.enum(['platform', 'driver']),
  seen: z.number().int(),
  answer: z
    .strictObject({
      round: z.number().int(),
      quiet: z.boolean(),
      activity: z.string().max(1_000),
      next_due_ms: z.number().int().max(INSTANT_MAX).nullable(),
    })
    .optional(),
})

const showClock = ({ clock }: SandboxParts) => {
  const now_ms = clock.now()
  const until = clock.until === null ? null : new Date(clock.until).toISOString()
  return { now: new Date(now_ms).toISOString(), now_ms, speed: clock.speed, until, version: clock.version }
}

/** Refuses a clock that would go back, and `max` that nothing would end. */
const checkChange = (parts: SandboxParts, change: z.output<typeof clockShape>): void => {
  const { clock, store, coordinator } = parts
  const isFresh = store.state.factCount() === 0 && !clock.moved
  if (change.now !== undefined && change.now < clock.now() && !isFresh) {
    throw new ControlFailure(
      400,
      'clock_backwards',
      `The clock stands at ${new Date(clock.now()).toISOString()}.`,
    )
  }
  const until = change.until === undefined ? clock.until : change.until
  const isDriven = coordinator.followers.present().some(({ role }) => role === 'driver')
  if (change.speed === 'max' && until === null && !isDriven) {
    throw new ControlFailure(400, 'max_needs_until', 'Speed max needs until, or a registered driver.')
  }
}

/** `/_sandbox/clock` and the long poll of those who follow it. */
export const clockRoutes = (app: Hono, parts: SandboxParts): void => {
  app.get('/_sandbox/clock', (context) => context.json(showClock(parts)))
  app.post('/_sandbox/clock', async (context) => {
    const change = await readBody(context, clockShape)
    checkChange(parts, change)
    const { now, until } = change
    // Fast time up to an instant that is not ahead is over at once.
    const isOver = typeof until === 'number' && until <= (now ?? parts.clock.now())
    const speed = change.speed === 'max' && isOver ? 0 : change.speed
    parts.setClock({
      ...(now === undefined ? {} : { now }),
      ...(speed === undefined ? {} : { speed }),
      ...(until === undefined ? {} : { until }),
    })
    await parts.store.durable()
    return context.json(showClock(parts))
  })
  app.post('/_sandbox/clock/follow', async (context) => {
    const poll = await readBody(context, pollShape)
    return context.json(await parts.coordinator.follow(poll, context.req.raw.signal))
  })
}
