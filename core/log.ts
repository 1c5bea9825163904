import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino'

/** Structured log; one canonical line per request and job. Ids only: no card data, secrets or names (architecture §1.11). */
export type Logger = PinoLogger

/** Keys whose values never reach a log, wherever they stand. */
export const REDACTED_KEYS = [
  'authorization',
  'client_secret',
  'secret',
  'password',
  'token',
  'card',
  'number',
  'cvc',
  'email',
  'name',
  'stripe-signature',
]

const HIDDEN = new Set(REDACTED_KEYS)
/** Deeper than this no line of ours goes; it ends what refers to itself. */
const DEPTH_MAX = 6

/** Plain objects and lists are looked into; errors, dates and the like are the serializers'. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)

/** The same object when there is nothing to hide, which is what most lines are; pino's own redaction costs each line 45 µs. */
const hide = (object: Record<string, unknown>, depth = 0): Record<string, unknown> => {
  let shown = object
  for (const key of Object.keys(object)) {
    const value = object[key]
    const next = HIDDEN.has(key)
      ? '[redacted]'
      : isPlain(value) && depth < DEPTH_MAX
        ? hide(value, depth + 1)
        : value
    if (next === value) continue
    if (shown === object)
      shown = (Array.isArray(object) ? [...object] : { ...object }) as Record<string, unknown>
    shown[key] = next
  }
  return shown
}

/** What a log says of an error: never the objects that hang on it (clients, requests), which may hold secrets. */
const errorFacts = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code } = error as NodeJS.ErrnoException
  const cause = error.cause === undefined ? {} : { cause: errorFacts(error.cause) }
  return { type: error.name, message: error.message, code, stack: error.stack, ...cause }
}

/** A logger writing JSON lines to `destination` (standard output without one). */
export const createLogger = (level: string, destination?: DestinationStream): Logger => {
  const logger: Logger = pino(
    {
      level,
      base: null,
      serializers: { err: errorFacts },
      // Upper case, as the runbook greps for ERROR (section 4).
      formatters: {
        level: (label) => ({ level: label.toUpperCase() }),
        log: (line) => hide(line),
      },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    ...(destination ? [destination] : []),
  )
  // What a child is bound to is written with each of its lines, past the formatter; children of children come here too.
  const { child } = logger
  logger.child = function (this: Logger, bound, options) {
    return child.call(this, hide(bound), options)
  } as Logger['child']
  return logger
}

/** Parts of the platform whose lines also go to a file of their own, which the runbook's log review reads (section 4). */
export const LOG_COMPONENTS = ['payments', 'webhooks', 'reconciler', 'alerting'] as const
export type LogComponent = (typeof LOG_COMPONENTS)[number]

/** The same dependencies, with every log line marked as `component`'s. */
export const logAs = <D extends { readonly log: Logger }>(deps: D, component: LogComponent): D => ({
  ...deps,
  log: deps.log.child({ component }),
})
