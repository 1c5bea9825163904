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
