import { z } from 'zod'
import { TillwatchError } from './errors.ts'

const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL starting with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    )
const secretKey = z
  .string()
  .regex(/^(sk|rk)_(test|live)_[A-Za-z0-9_]{8,}$/, 'must be a Stripe secret or restricted key')
const secretList = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(
    z.array(z.string().regex(/^whsec_\S{8,}$/, 'must be one or more whsec_ secrets, comma between')).min(1),
  )

/** Layers that bring home what Stripe did, `inbox` by its webhooks; each can be switched off for a drill. */
export const WORKER_LAYERS = ['poller', 'completer', 'inbox'] as const
export type WorkerLayer = (typeof WORKER_LAYERS)[number]

/** Every environment key that Tillwatch reads; nothing else is read anywhere. README "Configuration" explains each. */
export const configSchema = z.object({
  TILLWATCH_HOST: z.string().min(1).default('127.0.0.1'),
  TILLWATCH_PORT: z.coerce.number().int().min(0).max(65_535).default(4242),
  TILLWATCH_DATA: z.string().min(1).default('data'),
  TILLWATCH_PUBLIC_URL: url('http:', 'https:').optional(),
  TILLWATCH_SHOP_FILE: z.string().min(1).optional(),
  TILLWATCH_CHAIN_HEAD_FILE: z.string().min(1).optional(),
  /** Switches of the sandbox (sandbox/options.ts) as JSON: what Stripe's documents leave open, read in the other way. */
  TILLWATCH_SANDBOX_DOUBTS: z.string().min(1).optional(),
  TILLWATCH_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  TILLWATCH_DATABASE_OWNER_URL: url('postgres:', 'postgresql:').optional(),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  CLICKHOUSE_URL: url('http:', 'https:').optional(),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  STRIPE_SECRET_KEY: secretKey.optional(),
  STRIPE_WEBHOOK_SECRETS: secretList.optional(),
  STRIPE_ACCOUNT_ID: z
    .string()
    .regex(/^acct_\w+$/)
    .optional(),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  WORKER_WITHOUT: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(WORKER_LAYERS, { error: `must be a list of ${WORKER_LAYERS.join(', ')}` })))
    .optional(),
  PAGERDUTY_ROUTING_KEY: z.string().length(32).optional(),
})

export type Config = z.infer<typeof configSchema>

const unknownKeys = (source: Record<string, string | undefined>): string[] =>
  Object.keys(source)
    .filter((key) => key.startsWith('TILLWATCH_') && !(key in configSchema.shape))
    .map((key) => `${key}: unknown key`)

const goesTogether = (config: Config): string[] => {
  const problems: string[] = []
  if (config.TILLWATCH_DATABASE_OWNER_URL && !config.DATABASE_URL) {
    problems.push('DATABASE_URL: needed with TILLWATCH_DATABASE_OWNER_URL')
  }
  if (!config.STRIPE_SECRET_KEY) return problems
  if (!config.STRIPE_WEBHOOK_SECRETS) problems.push('STRIPE_WEBHOOK_SECRETS: needed with STRIPE_SECRET_KEY')
  if (!isLive(config)) return problems
  for (const key of [
    'DATABASE_URL',
    'CLICKHOUSE_URL',
    'REDIS_URL',
    'TILLWATCH_SHOP_FILE',
    'TILLWATCH_CHAIN_HEAD_FILE',
    'SMTP_URL',
    'PAGERDUTY_ROUTING_KEY',
  ] as const) {
    if (!config[key]) problems.push(`${key}: needed with a live Stripe key`)
  }
  return problems
}

/** True when the key moves real money: embedded engines, sinks, demo and sandbox are then refused (architecture §1.3). */
export const isLive = (config: Config): boolean => /^(sk|rk)_live_/.test(config.STRIPE_SECRET_KEY ?? '')

/** Reads the configuration. Empty values count as unset. Throws `config_invalid` naming every wrong key, never a value. */
export const parseConfig = (source: Record<string, string | undefined>): Config => {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = configSchema.safeParse(given)
  const problems = result.success
    ? [...unknownKeys(given), ...goesTogether(result.data)]
    : [
        ...unknownKeys(given),
        ...result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
      ]
  if (!result.success || problems.length > 0)
    throw new TillwatchError('config_invalid', problems.join('\n'), { details: { problems } })
  return result.data
}
