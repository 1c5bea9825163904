import { createHash } from 'node:crypto'
import type { Env } from '../env.ts'

/** An env that a test moves by hand. Nothing in it passes by itself. */
export type ManualEnv = Env & {
  /** Sets the business clock; it may not go back. */
  moveTo: (at: string | Date) => void
  /** Lets `ms` pass on the business clock. */
  pass: (ms: number) => void
  /** Lets `ms` pass in machine time and wakes, in order, whoever slept until then. */
  passMachine: (ms: number) => Promise<void>
  /** How many sleep in machine time now: wait for it before `passMachine`. */
  sleepers: () => number
}

/** Random bytes are a fixed sequence per `seed`; `fetch` refuses unless given. The clock starts at 2026-03-02T09:00:00Z. */
export function manualEnv(
  options: { now?: string | Date; seed?: number; fetch?: typeof fetch } = {},
): ManualEnv {
  const clock = manualClock(options.now ?? '2026-03-02T09:00:00.000Z')
  const machine = manualMachine()
  const refuse: typeof fetch = (input) =>
    Promise.reject(
      new Error(`No network in this test: ${input instanceof Request ? input.url : String(input)}`),
    )
  return {
    clock: { now: clock.now, isSteady: () => true, isSimulated: true },
    machine: { nowMs: machine.nowMs, sleep: machine.sleep },
    random: seededRandom(options.seed ?? 1),
    fetch: options.fetch ?? refuse,
    moveTo: clock.moveTo,
    pass: clock.pass,
    passMachine: machine.pass,
    sleepers: machine.sleepers,
  }
}

function manualClock(start: string | Date) {
  let atMs = instantOf(start)
  const moveTo = (at: string | Date) => {
    const next = instantOf(at)
    if (next < atMs) throw new Error('The business clock never goes back.')
    atMs = next
  }
  return { now: () => new Date(atMs), moveTo, pass: (ms: number) => moveTo(new Date(atMs + ms)) }
}

function instantOf(at: string | Date): number {
  const ms = new Date(at).getTime()
  if (Number.isNaN(ms)) throw new Error(`No instant: ${String(at)}`)
  return ms
}

function manualMachine() {
  let atMs = 0
  let sleeping: { untilMs: number; wake: () => void }[] = []
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        sleeping = sleeping.filter((other) => other !== sleeper)
        reject(signal?.reason instanceof Error ? signal.reason : new Error('Aborted'))
      }
      const wake = () => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const sleeper = { untilMs: atMs + ms, wake }
      if (signal?.aborted === true) return giveUp()
      signal?.addEventListener('abort', giveUp, { once: true })
      sleeping.push(sleeper)
    })
  const pass = async (ms: number) => {
    const endMs = atMs + ms
    for (;;) {
      const next = sleeping.filter(({ untilMs }) => untilMs <= endMs).sort((a, b) => a.untilMs - b.untilMs)[0]
      if (next === undefined) break
      sleeping = sleeping.filter((other) => other !== next)
      atMs = Math.max(atMs, next.untilMs)
      next.wake()
      // Whoever woke runs on before time does, and may sleep again inside the span.
      await new Promise(setImmediate)
    }
    atMs = endMs
  }
  return { nowMs: () => atMs, sleep, pass, sleepers: () => sleeping.length }
}

function seededRandom(seed: number) {
  let counter = 0
  const bytes = (length: number) => {
    const blocks: Buffer[] = []
    for (let size = 0; size < length; size += 32)
      blocks.push(createHash('sha256').update(`${seed}:${counter++}`).digest())
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length))
  }
  return { bytes }
}
