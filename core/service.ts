import type Stripe from 'stripe'
import type { WorkerLayer } from './config.ts'
import type { ClickHouse } from './clickhouse/client.ts'
import type { Env } from './env.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics/create-metrics.ts'
import type { Notify } from './notify.ts'
import type { Database } from './postgres/db.ts'
import type { Wakeups } from './queue.ts'
import type { Shop } from './shop.ts'

/** What every service gets when it is started; made once by the composition root (cli/). */
export interface Deps {
  readonly env: Env
  readonly db: Database
  readonly clickhouse: ClickHouse
  readonly stripe: Stripe
  readonly stripeFacts: {
    readonly accountId: string
    readonly livemode: boolean
    readonly webhookSecrets: readonly string[]
  }
  readonly wakeups: Wakeups
  readonly log: Logger
  readonly metrics: Metrics
  readonly shop: Shop
  /** Layers of the worker that are switched off for a drill; none in normal times. */
  readonly without: readonly WorkerLayer[]
  /** File outside the database that keeps the head of the certificate chain. */
  readonly chainHeadFile: string
  /** File outside the database that keeps the head of the audit chain. */
  readonly auditHeadFile: string
  /** How people are told (alerting/). */
  readonly notify: Notify
}

/** A running part of the platform. */
export interface Service {
  readonly name: string
  /** Pieces of work accepted and not finished: rows and calls. 0 lets the sandbox's clock jump. */
  open(): Promise<number>
  /** Starts what is due at `now`, once in every zone and with any number of schedulers (architecture §1.9, §5). */
  enqueueDue(now: Date): Promise<void>
  /** The next instant after `now` at which something of this service is due, or null. */
  nextDue(now: Date): Promise<Date | null>
  /** Stops intake, finishes what runs, lets go of resources. */
  stop(): Promise<void>
}
