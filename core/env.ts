/** What the outside world gives to domain code and verbs: two clocks, randomness and the network. */

/** The business clock: every stored instant, date, window and due time (architecture §1.9). */
export interface Clock {
  now(): Date
  /** True while it runs as machine time does; a sandbox's clock may jump or race, and nobody is to be woken for that. */
  isSteady(): boolean
  /** True for a clock that is moved on purpose: time over which it jumps has passed. A machine's own clock is only corrected. */
  readonly isSimulated?: boolean
}

/** Machine time: durations, time-outs, leases, back-off. Never stored, never compared with `Clock`. */
export interface Machine {
  /** Monotonic milliseconds since some fixed moment of this process. */
  nowMs(): number
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The only source of randomness. */
export interface Random {
  bytes(length: number): Uint8Array
}

/** Everything that a verb may need from outside, passed in so that tests can move it. */
export interface Env {
  readonly clock: Clock
  readonly machine: Machine
  readonly random: Random
  readonly fetch: typeof fetch
  /** The time on people's watches, for log-ins and sessions; the business clock's when not given. */
  readonly wall?: Clock
}

/** The clock by which people log in: an authenticator knows no sandbox, whose time may stand or jump. */
export const wallOf = (env: Pick<Env, 'clock' | 'wall'>): Clock => env.wall ?? env.clock
