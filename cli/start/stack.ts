import type { Logger } from '#core/log.ts'

/** What was started, to be stopped in the opposite order. */
export interface Stack {
  /** Remembers how to stop a part that has just been started. */
  onStop(name: string, stop: () => Promise<void>): void
  /** Ends the platform because a part it cannot do without is gone. */
  fail(error: Error): void
  /** Resolves when `fail` was called. */
  readonly failed: Promise<Error>
  /** Stops everything, newest first; a part that fails to stop does not keep the others. */
  stop(): Promise<void>
}

/** An empty stack. `report` hears of parts that do not stop cleanly. */
export const createStack = (report: (name: string, error: unknown) => void): Stack => {
  const parts: { name: string; stop: () => Promise<void> }[] = []
  let resolve: (error: Error) => void = () => undefined
  const failed = new Promise<Error>((settle) => {
    resolve = settle
  })
  return {
    onStop: (name, stop) => {
      parts.push({ name, stop })
    },
    fail: (error) => {
      resolve(error)
    },
    failed,
    stop: async () => {
      for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
        const { name, stop } = part
        await stop().catch((error: unknown) => report(name, error))
      }
    },
  }
}

/** Reports to a log. */
export const reportTo = (log: Logger) => (name: string, error: unknown) =>
  log.error({ err: error, part: name }, 'did not stop cleanly')
