import type { Machine } from '#core/env.ts'
import type { Logger } from '#core/log.ts'
import type { Stack } from './stack.ts'

/** A child process that serves a port. */
export interface Part {
  readonly port: number
  /** Settles when the process is gone, whoever ended it. */
  readonly exited: Promise<unknown>
  stop(): Promise<void>
}

export interface Supervision {
  readonly name: string
  readonly stack: Stack
  readonly machine: Machine
  readonly log: Logger
  /** How often a part may die in the life of this process before the platform gives up; default 20. */
  readonly restartsMax?: number
}

const PAUSE_MS = 500

/**
 * Starts a part, and starts it again on the same port whenever it ends unasked, so that whoever knows its address finds it
 * again. After `restartsMax` deaths, or when it does not come back, the platform ends instead of going on without it.
 */
export const supervise = async <P extends Part>(
  { name, stack, machine, log, restartsMax = 20 }: Supervision,
  start: (port: number | undefined) => Promise<P>,
): Promise<P> => {
  let current = await start(undefined)
  const { port } = current
  let stopping = false
  const watch = async (): Promise<void> => {
    for (let deaths = 1; ; deaths += 1) {
      await current.exited
      if (stopping) return
      log.error({ part: name, deaths }, 'a part ended unasked; it is started again')
      if (deaths > restartsMax) throw new Error(`${name} ended ${deaths} times`)
      await machine.sleep(PAUSE_MS)
      current = await start(port)
      if (stopping) return current.stop()
    }
  }
  const watching = watch().catch((error: unknown) => {
    stack.fail(error instanceof Error ? error : new Error(String(error)))
  })
  stack.onStop(name, async () => {
    stopping = true
    await current.stop()
    await watching
  })
  return current
}
