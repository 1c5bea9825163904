import type { Settlement } from '../domain/exchange.ts'
import type { MoneyEntry } from '../domain/payout-batches.ts'
import type { Edit } from '../edits/edit.ts'
import type { FaultCounts, FaultState } from '../faults/rule.ts'
import type { Work } from '../timed/queue.ts'
import type { AnyObject, SandboxEvent } from './objects.ts'

/** One webhook to send: an event for an endpoint. */
export type Delivery = {
  event: string
  endpoint: string
  attempt: number
  due_ms: number
  state: 'pending' | 'delivered' | 'failed'
  /** Set on a further delivery of the same event to the same endpoint. */
  copy?: number
  /** Signed by someone who does not know the secret; sent once. */
  forged?: true
  /** Its first attempt is signed so many seconds off the clock. */
  skew_s?: number
}

/** The stored answer of an idempotency key. */
export type StoredAnswer = {
  key: string
  fingerprint: string
  at_ms: number
  request_id: string
  status: number
  body: object
}

/** The secrets of an endpoint, newest first; an old one signs until `until_ms`. */
export type EndpointSecrets = { endpoint: string; secrets: { secret: string; until_ms: number | null }[] }

/** Where the clock stands; written at each change and jump. */
export type ClockRecord = {
  now: number
  speed: 'machine' | 'max' | number
  until: number | null
  version: number
  moved: boolean
  /** While time runs by itself: instants up to here may have been shown, so a new process begins no earlier. */
  ahead?: number
}

/** Everything one commit does, as one line of the log: it happens wholly or not at all. */
export type Change = {
  at_ms: number
  put?: AnyObject[]
  gone?: string[]
  money?: MoneyEntry[]
  release?: true
  paid_out?: { payout: string; rows: string[] }[]
  events?: SandboxEvent[]
  deliveries?: Delivery[]
  work?: Work[]
  done?: string[]
  answers?: StoredAnswer[]
  secrets?: EndpointSecrets[]
  edits?: Edit[]
  undone?: string[]
  clock?: ClockRecord
  /** Which currencies the account keeps from here on, and today's rates. */
  settlement?: Settlement
  /** The faults in force from here on; null ends them. */
  faults?: FaultState | null
  fault_counts?: FaultCounts
}

/** A reference inside a line to an object of its `put` list, so that a body is written once, not once per event. */
type Shared = { $put: number }

const isShared = (value: object): value is Shared => '$put' in value

/** One line of the log. */
export const encodeChange = (change: Change): string => {
  const places = new Map<object, number>((change.put ?? []).map((object, at) => [object, at]))
  const share = (object: object): object => {
    const place = places.get(object)
    return place === undefined ? object : { $put: place }
  }
  const events = change.events?.map((event) => ({
    ...event,
    data: { ...event.data, object: share(event.data.object) },
  }))
  const answers = change.answers?.map((answer) => ({ ...answer, body: share(answer.body) }))
  return JSON.stringify({ ...change, events, answers })
}

/** The change of one line; throws when the line is not one. */
export const decodeChange = (line: string): Change => {
  const change = JSON.parse(line) as Change
  const resolve = (object: object): object =>
    isShared(object) ? (change.put?.[object.$put] ?? object) : object
  for (const event of change.events ?? []) event.data.object = resolve(event.data.object)
  for (const answer of change.answers ?? []) answer.body = resolve(answer.body)
  return change
}
