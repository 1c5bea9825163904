import { z } from 'zod'
import type { ShopEnv } from './env.ts'
import { callJson, NoAnswer } from './http.ts'
import type { Answer, Method } from './http.ts'

export type Speed = number | 'max' | 'machine'

const speed = z.union([z.number(), z.literal('max'), z.literal('machine')])
const clockState = z.object({ now: z.string(), now_ms: z.number(), speed, version: z.number() })
const followState = z.object({ version: z.number(), now_ms: z.number(), speed, round: z.number().nullish() })
const payoutsState = z.object({ open: z.number(), unpaid: z.number() })
const sandboxState = z.object({ objects: z.number() })
export type ClockState = z.infer<typeof clockState>
export type FollowState = z.infer<typeof followState>

export interface FollowRequest {
  readonly follower: string
  readonly role: 'driver'
  readonly seen: number
  readonly answer?: {
    readonly round: number
    readonly quiet: boolean
    readonly activity: string
    readonly next_due_ms: number | null
  }
}

/** The sandbox refused a wish of the control plane, e.g. `clock_backwards`. */
export class ControlRefused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface ControlPlane {
  clock(): Promise<ClockState>
  /** Sets any of instant, speed and limit; throws ControlRefused `clock_backwards` and the like. */
  setClock(change: { now?: string; speed?: Speed; until?: string | null }): Promise<ClockState>
  /** One long poll of the driver protocol; throws NoAnswer at once when nobody is there or `signal` ends it. */
  follow(request: FollowRequest, signal: AbortSignal): Promise<FollowState>
  payouts(): Promise<{ open: number; unpaid: number }>
  state(): Promise<{ objects: number }>
  /** Puts a named set of faults in force; throws ControlRefused for an unknown name. */
  setFaults(faults: { name: string; seed: number }): Promise<unknown>
  endFaults(): Promise<unknown>
}

/** A poll is held up to 10 s; beyond this the sandbox is gone. */
const pollTimeoutMs = 15_000
const callTimeoutMs = 10_000
const backOffMs = 200

/**
 * The sandbox's control plane. Calls other than `follow` are repeated while the sandbox is not reachable, up to
 * `patienceMs` of machine time (then NoAnswer); a refusal throws ControlRefused.
 */
export function controlPlane(options: {
  readonly url: string
  readonly env: ShopEnv
  readonly signal: AbortSignal
  readonly patienceMs: number
}): ControlPlane {
  const { env, signal } = options
  const base = `${options.url.replace(/\/+$/, '')}/_sandbox`
  const call = (method: Method, path: string, body?: unknown): Promise<Answer> =>
    callJson(env.machine, { method, url: `${base}${path}`, body, timeoutMs: callTimeoutMs, signal })

  const patiently = async <T>(
    schema: z.ZodType<T>,
    method: Method,
    path: string,
    body?: unknown,
  ): Promise<T> => {
    const startedAtMs = env.machine.nowMs()
    for (;;) {
      try {
        return parsed(schema, await call(method, path, body))
      } catch (error) {
        const again = error instanceof NoAnswer && !signal.aborted
        if (!again || env.machine.nowMs() - startedAtMs >= options.patienceMs) throw error
        await env.machine.wait(backOffMs, signal)
      }
    }
  }

  return {
    clock: () => patiently(clockState, 'GET', '/clock'),
    setClock: (change) => patiently(clockState, 'POST', '/clock', change),
    follow: async (body, ended) => {
      const poll = {
        method: 'POST',
        url: `${base}/clock/follow`,
        body,
        timeoutMs: pollTimeoutMs,
        signal: ended,
      } as const
      return parsed(followState, await callJson(env.machine, poll))
    },
    payouts: () => patiently(payoutsState, 'GET', '/payouts'),
    state: () => patiently(sandboxState, 'GET', '/state'),
    setFaults: (faults) => patiently(z.unknown(), 'POST', '/faults', faults),
    endFaults: () => patiently(z.unknown(), 'DELETE', '/faults'),
  }
}

const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

function parsed<T>(schema: z.ZodType<T>, answer: Answer): T {
  // A 5xx of a sandbox that is starting or stopping is the same as not being there.
  if (answer.status >= 500) throw new NoAnswer(`the sandbox answered ${answer.status}`)
  if (answer.status >= 400) {
    const error = refusal.safeParse(answer.body).data?.error
    throw new ControlRefused(
      error?.code ?? 'refused',
      error?.message ?? `the sandbox answered ${answer.status}`,
    )
  }
  return schema.parse(answer.body)
}
