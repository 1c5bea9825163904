import { createPostgresBackend, Queue, Worker, type JobsOptions } from 'bullmq'
import type { Logger } from './log.ts'
import { QUEUE_SCHEMA } from './postgres/migrate.ts'

/** What a wake-up can be about. A job says only "look"; the rows themselves stand in Postgres (architecture §1.5). */
export const WAKEUP_NAMES = [
  'inbox',
  'relay',
  'reconcile',
  'completer',
  'poller',
  'readers',
  'alerts',
  'receipts',
] as const
export type WakeupName = (typeof WAKEUP_NAMES)[number]

/** Wake-ups across processes. Losing every one of them loses no work: sweeps find the rows. */
export interface Wakeups {
  /** Asks for a look soon; many calls before it happens are one. Never throws: the sweep is the net. */
  wake(name: WakeupName): void
  /** Has `drain` called after each wake-up, one call at a time in this process. */
  listen(name: WakeupName, drain: () => Promise<void>): void
  close(): Promise<void>
}

/** One waiting look and at most one more behind a running one. */
const ONE_LOOK: JobsOptions = {
  removeOnComplete: true,
  removeOnFail: 100,
  deduplication: { id: 'look', keepLastIfActive: true },
}

const parametersOf = (urls: { databaseUrl: string; redisUrl?: string | undefined }) =>
  urls.redisUrl === undefined
    ? {
        connection: { connectionString: urls.databaseUrl, schema: QUEUE_SCHEMA, max: 4 },
        postgres: true as const,
      }
    : { connection: { url: urls.redisUrl, maxRetriesPerRequest: null }, postgres: false as const }

type Parameters = ReturnType<typeof parametersOf>

const openQueue = (name: string, parameters: Parameters): Queue =>
  parameters.postgres
    ? (new Queue(name, { connection: parameters.connection }, createPostgresBackend) as unknown as Queue)
    : new Queue(name, { connection: parameters.connection })

const openWorker = (name: string, parameters: Parameters, run: () => Promise<void>): Worker =>
  parameters.postgres
    ? (new Worker(
        name,
        run,
        { connection: parameters.connection },
        createPostgresBackend,
      ) as unknown as Worker)
    : new Worker(name, run, { connection: parameters.connection })

/** Calls `drain` once at a time; calls that come meanwhile are one more call, and wait for it. */
const oneAtATime = (drain: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined
  let again = false
  const run = async (): Promise<void> => {
    try {
      do {
        again = false
        await drain()
      } while (again)
    } finally {
      running = undefined
    }
  }
  return async () => {
    again = true
    running ??= run()
    return running
  }
}

/** BullMQ on Redis when `redisUrl` is given, otherwise on Postgres in the schema `bullmq`. */
export const openWakeups = async (
  urls: { databaseUrl: string; redisUrl?: string | undefined },
  log: Logger,
): Promise<Wakeups> => {
  const parameters = parametersOf(urls)
  const queues = new Map(WAKEUP_NAMES.map((name) => [name, openQueue(name, parameters)]))
  const workers: Worker[] = []
  const asking = new Map<WakeupName, 'once' | 'again'>()
  const listeners = new Map<WakeupName, () => Promise<void>>()
  let closing = false
  const report = (error: unknown) => {
    if (!closing) log.warn({ err: error }, 'wake-up failed; the sweep will look')
  }
  for (const queue of queues.values()) {
    queue.on('error', report)
    await queue.waitUntilReady()
  }
  const ask = async (name: WakeupName): Promise<void> => {
    await queues.get(name)?.add('look', {}, ONE_LOOK).catch(report)
    const again = asking.get(name) === 'again'
    asking.delete(name)
    if (again) wake(name)
  }
  const wake = (name: WakeupName): void => {
    // Whoever listens in this process needs no queue in between: that saves a job's 10 to 30 ms.
    const listener = listeners.get(name)
    if (listener) {
      void listener().catch(report)
      return
    }
    const state = asking.get(name)
    asking.set(name, state ? 'again' : 'once')
    if (!state) void ask(name)
  }
  return {
    wake,
    listen: (name, drain) => {
      const look = oneAtATime(drain)
      listeners.set(name, look)
      const worker = openWorker(name, parameters, look)
      worker.on('error', report)
      worker.on('failed', (_job, error) => report(error))
      workers.push(worker)
    },
    close: async () => {
      closing = true
      listeners.clear()
      await Promise.all(workers.map(async (worker) => worker.close()))
      await Promise.all([...queues.values()].map(async (queue) => queue.close()))
    },
  }
}
