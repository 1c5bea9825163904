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

/** What a log says of an error: never the objects that hang on it (clients, requests), which may hold secrets. */
const errorFacts = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code } = error as NodeJS.ErrnoException
  const cause = error.cause === undefined ? {} : { cause: errorFacts(error.cause) }
  return { type: error.name, message: error.message, code, stack: error.stack, ...cause }
}

/** A logger writing JSON lines to `destination` (standard output without one). */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      serializers: { err: errorFacts },
      // Upper case, as the runbook greps for ERROR (section 4).
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: REDACTED_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]),
        censor: '[redacted]',
      },
    },
    ...(destination ? [destination] : []),
  )

/** Parts of the platform whose lines also go to a file of their own, which the runbook's log review reads (section 4). */
export const LOG_COMPONENTS = ['payments', 'webhooks', 'reconciler'] as const
export type LogComponent = (typeof LOG_COMPONENTS)[number]

/** The same dependencies, with every log line marked as `component`'s. */
export const logAs = <D extends { readonly log: Logger }>(deps: D, component: LogComponent): D => ({
  ...deps,
  log: deps.log.child({ component }),
})
