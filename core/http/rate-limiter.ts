import { isIPv4, isIPv6 } from 'node:net'
import type { Machine } from '../env.ts'

/** `calls` at once, and as many again over each `seconds`. */
export interface Rate {
  readonly calls: number
  readonly seconds: number
}

/** How much a caller may ask of one process. */
export interface RateLimits {
  /** Each person or token, over all routes. */
  readonly caller: Rate
  /** Each person or token, in points of the routes that cost much (`cost` in route-spec.ts). */
  readonly costly: Rate
  /** Each address, for whoever is not known: public routes, and calls whose log-in or token does not hold. */
  readonly address: Rate
}

/**
 * A till asks once a second and a page five times; tests and demos that trade a month in minutes ask a few hundred times, and a
 * process answers about a thousand. So one caller that runs wild leaves room for the others.
 */
export const RATE_LIMITS: RateLimits = {
  caller: { calls: 6_000, seconds: 10 },
  // Ten points an export, one a count: sixty exports at once, then one a second.
  costly: { calls: 600, seconds: 60 },
  // A hundred tills behind one address that are switched on together, a dozen calls each.
  address: { calls: 1_200, seconds: 60 },
}

interface Bucket {
  readonly left: number
  readonly atMs: number
}

/** More callers than any shop has; beyond it the one that was silent longest is forgotten, so that memory has an end. */
const KEPT = 10_000

/** A full bucket of calls per key, filled again steadily; in this process's memory, by machine time. */
const createBuckets = (machine: Pick<Machine, 'nowMs'>, { calls, seconds }: Rate) => {
  const buckets = new Map<string, Bucket>()
  const perMs = calls / (seconds * 1_000)
  return (key: string, points: number): number => {
    const atMs = machine.nowMs()
    const before = buckets.get(key) ?? { left: calls, atMs }
    const full = Math.min(calls, before.left + (atMs - before.atMs) * perMs)
    // A call dearer than the whole bucket is let through when nothing was taken: it would never be otherwise.
    const price = Math.min(points, calls)
    const isTaken = full >= price
    const left = isTaken ? full - price : full
    // Set anew, so that the map's order is by last use.
    buckets.delete(key)
    buckets.set(key, { left, atMs })
    const [oldest] = buckets.keys()
    if (buckets.size > KEPT && oldest !== undefined) buckets.delete(oldest)
    return isTaken ? 0 : (price - full) / perMs
  }
}

export type LimitName = keyof RateLimits

/** The limits of one process. */
export interface RateLimiter {
  /** Takes `points` of what `key` has and answers 0; else takes nothing and answers the milliseconds until there are enough. */
  take(limit: LimitName, key: string, points: number): number
}

/** Limits that count from nothing at each start. */
export const createRateLimiter = (
  machine: Pick<Machine, 'nowMs'>,
  limits: RateLimits = RATE_LIMITS,
): RateLimiter => {
  const byName = {
    caller: createBuckets(machine, limits.caller),
    costly: createBuckets(machine, limits.costly),
    address: createBuckets(machine, limits.address),
  }
  return { take: (limit, key, points) => byName[limit](key, points) }
}

const GROUPS = 8
const GROUPS_OF_NETWORK = 4

/** What an address is counted by: IPv6 by its /64, which one machine has whole; IPv4 as it is, also when written as IPv6. */
export const networkOf = (address: string): string => {
  const text = address.split('%')[0] ?? ''
  const v4 = text.replace(/^::ffff:/i, '')
  if (isIPv4(v4) || !isIPv6(text)) return v4
  const [head = '', tail = ''] = text.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const gap = text.includes('::') ? Math.max(0, GROUPS - before.length - after.length) : 0
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after]
  const network = groups.slice(0, GROUPS_OF_NETWORK).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
