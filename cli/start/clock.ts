import { followClock, type ClockFollower } from '#core/clock-follower.ts'
import type { Env } from '#core/env.ts'
import type { Logger } from '#core/log.ts'
import type { Database } from '#core/postgres/db.ts'
import type { Service } from '#core/service.ts'
import { systemEnv, systemMachine } from '#core/system-env.ts'
import { askQuietness, earliestDue } from './quietness.ts'

/** Asks the services for what is due; the same for the minute tick and for the sandbox's clock. */
export interface DueAsker {
  /** Has every service start what is due at `now`. */
  ask(now: Date): Promise<void>
}

/** The services know what is due; this only asks them, one question at a time. */
export const createDueAsker = (services: readonly Service[], log: Logger): DueAsker => {
  let asked: Promise<void> = Promise.resolve()
  const askAll = async (now: Date) => {
    for (const service of services) {
      await service
        .enqueueDue(now)
        .catch((error: unknown) => log.error({ err: error, service: service.name }, 'due work not started'))
    }
  }
  return {
    ask: (now) => {
      asked = asked.then(() => askAll(now))
      return asked
    },
  }
}

/** Parts that exist only after the clock does. */
export interface ClockUser {
  readonly db: Database
  readonly services: readonly Service[]
  readonly due: DueAsker
  readonly countCalls: () => number
}

/** The business clock: machine time, or the sandbox's when there is one (architecture §6). */
export interface PlatformClock {
  readonly env: Env
  /** From now on `user` is asked before time jumps. */
  serve(user: ClockUser): void
  stop(): Promise<void>
}

/** Machine time for a real account. */
export const machineClock = (): PlatformClock => ({
  env: systemEnv(),
  serve: () => undefined,
  stop: async () => undefined,
})

/** The sandbox's clock. In `max` the services are asked for due work only when the jump reaches it. */
export const sandboxClock = async (sandboxUrl: string, log: Logger): Promise<PlatformClock> => {
  let user: ClockUser | undefined
  let nextDueMs = 0
  const follower: ClockFollower = await followClock({
    sandboxUrl,
    follower: `platform-${process.pid}`,
    machine: systemMachine,
    fetch,
    onMove: async (now) => {
      if (!user || now.getTime() < nextDueMs) return
      await user.due.ask(now)
      nextDueMs = (await earliestDue(user.services, now))?.getTime() ?? 0
    },
    askQuiet: async () => {
      if (!user) return { quiet: false, activity: '', nextDue: null }
      const answer = await askQuietness(systemEnv(follower.clock), user.db, user.services, user.countCalls)
      nextDueMs = answer.nextDue?.getTime() ?? Number.POSITIVE_INFINITY
      return answer
    },
    onError: (error) => log.warn({ err: error }, 'the sandbox clock does not answer'),
  })
  return {
    env: systemEnv(follower.clock),
    serve: (given) => {
      user = given
      follower.start()
    },
    stop: () => follower.stop(),
  }
}
