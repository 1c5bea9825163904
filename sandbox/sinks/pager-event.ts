import { createHash } from 'node:crypto'

/** Limits of PagerDuty's Events API v2 ("Send an alert event", PD-CEF). */
const BODY_MAX_BYTES = 512 * 1_024
const KEY_LENGTH = 32
const SUMMARY_MAX = 1_024
const DEDUP_KEY_MAX = 255
const ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const
const SEVERITIES = ['critical', 'error', 'warning', 'info']

type Fields = Record<string, unknown>

/** An event that PagerDuty would take. */
export type PagerEvent = {
  event_action: (typeof ACTIONS)[number]
  /** Null: PagerDuty makes one up. */
  dedup_key: string | null
  /** Stands for the routing key, which is a secret: an incident belongs to the service whose key it came with. */
  service: string
  payload: Fields | null
  links: unknown[]
  images: unknown[]
  client: string | null
  client_url: string | null
}

export type PagerRefusal = { errors: string[] }

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (fields: Fields, name: string): string | null => {
  const value = fields[name]
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

const lengthOf = (text: string): number => [...text].length

const headProblems = (body: Fields): string[] => {
  const key = textOf(body, 'routing_key')
  const action = textOf(body, 'event_action')
  const dedupKey = textOf(body, 'dedup_key')
  const isKnown = (ACTIONS as readonly (string | null)[]).includes(action)
  return [
    ...(key === null ? ["'routing_key' is missing or blank"] : []),
    ...(key !== null && key.length !== KEY_LENGTH
      ? [`Length of 'routing_key' is incorrect (should be ${KEY_LENGTH} characters)`]
      : []),
    ...(action === null ? ["'event_action' is missing or blank"] : []),
    ...(action !== null && !isKnown
      ? [`'event_action' is invalid (must be one of ${ACTIONS.join(', ')})`]
      : []),
    ...(dedupKey !== null && lengthOf(dedupKey) > DEDUP_KEY_MAX
      ? [`'dedup_key' is longer than ${DEDUP_KEY_MAX} characters`]
      : []),
    ...(dedupKey === null && isKnown && action !== 'trigger' ? ["'dedup_key' is missing or blank"] : []),
  ]
}

const listProblems = (body: Fields): string[] => [
  ...['links', 'images'].flatMap((name) =>
    body[name] === undefined || Array.isArray(body[name]) ? [] : [`'${name}' is not an array`],
  ),
  ...(Array.isArray(body['links']) ? body['links'] : []).flatMap((link: unknown) =>
    isFields(link) && textOf(link, 'href') !== null ? [] : ["'links' needs an 'href' each"],
  ),
]

const payloadProblems = (payload: unknown): string[] => {
  if (!isFields(payload)) return ["'payload' is missing or not an object"]
  const severity = textOf(payload, 'severity')
  const summary = textOf(payload, 'summary')
  const timestamp = payload['timestamp']
  return [
    ...['summary', 'source', 'severity'].flatMap((name) =>
      textOf(payload, name) === null ? [`'payload.${name}' is missing or blank`] : [],
    ),
    ...(summary !== null && lengthOf(summary) > SUMMARY_MAX
      ? [`'payload.summary' is longer than ${SUMMARY_MAX} characters`]
      : []),
    ...(severity !== null && !SEVERITIES.includes(severity)
      ? [`'payload.severity' is invalid (must be one of ${SEVERITIES.join(', ')})`]
      : []),
    ...(timestamp !== undefined && (typeof timestamp !== 'string' || Number.isNaN(Date.parse(timestamp)))
      ? ["'payload.timestamp' is not ISO 8601"]
      : []),
  ]
}

const serviceOf = (routingKey: string): string =>
  createHash('sha256').update(routingKey).digest('hex').slice(0, 12)

/** An event as PagerDuty reads it, or everything for which it answers 400. */
export const readPagerEvent = (text: string): PagerEvent | PagerRefusal => {
  if (Buffer.byteLength(text) > BODY_MAX_BYTES)
    return { errors: [`the event is larger than ${BODY_MAX_BYTES} bytes`] }
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return { errors: ['Invalid JSON body'] }
  }
  if (!isFields(body)) return { errors: ['Event object is not an object'] }
  const isTrigger = body['event_action'] === 'trigger'
  const errors = [
    ...headProblems(body),
    ...(isTrigger ? [...payloadProblems(body['payload']), ...listProblems(body)] : []),
  ]
  if (errors.length > 0) return { errors }
  return {
    event_action: body['event_action'] as PagerEvent['event_action'],
    dedup_key: textOf(body, 'dedup_key'),
    service: serviceOf(String(body['routing_key'])),
    payload: isTrigger ? (body['payload'] as Fields) : null,
    links: Array.isArray(body['links']) ? body['links'] : [],
    images: Array.isArray(body['images']) ? body['images'] : [],
    client: textOf(body, 'client'),
    client_url: textOf(body, 'client_url'),
  }
}
