import { z } from 'zod'
import { TillwatchError } from './errors.ts'
import { insideProblems } from './outside-targets.ts'
import { RATE_LIMITS, type Rate, type RateLimits } from './http/rate-limiter.ts'

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

/** Secrets of ours or of a service that has no prefix of its own; comma between. */
const plainSecrets = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().regex(/^\S{16,}$/, 'must be one or more secrets of 16 characters or more')).min(1))
const plainSecret = z.string().regex(/^\S{16,}$/, 'must be a secret of 16 characters or more')

/** `600/60`: 600 calls at once, and as many again over each 60 seconds. */
const rate = (usual: Rate) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,3}$/, 'must be calls/seconds, as 600/60')
    .transform((text): Rate => {
      const [calls, seconds] = text.split('/').map(Number)
      return { calls: calls ?? usual.calls, seconds: seconds ?? usual.seconds }
    })
    .default(usual)

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
  TILLWATCH_AUDIT_HEAD_FILE: z.string().min(1).optional(),
  /** Switches of the sandbox (sandbox/options.ts) as JSON: what Stripe's documents leave open, read in the other way. */
  TILLWATCH_SANDBOX_DOUBTS: z.string().min(1).optional(),
  TILLWATCH_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** How often one caller may ask one process (core/http/rate-limiter.ts). */
  TILLWATCH_LIMIT_CALLER: rate(RATE_LIMITS.caller),
  TILLWATCH_LIMIT_COSTLY: rate(RATE_LIMITS.costly),
  TILLWATCH_LIMIT_ADDRESS: rate(RATE_LIMITS.address),
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
  /** Events API v2; PagerDuty's European accounts have their own. */
  PAGERDUTY_URL: url('http:', 'https:').default('https://events.pagerduty.com/v2/enqueue'),
  PAGERDUTY_WEBHOOK_SECRETS: plainSecrets.optional(),
  SLACK_WEBHOOK_URL: url('http:', 'https:').optional(),
  /** A receiver of Alertmanager's messages; we sign what we send there. */
  ALERT_WEBHOOK_URL: url('http:', 'https:').optional(),
  ALERT_WEBHOOK_SECRET: plainSecret.optional(),
  /** The pager rings when bad luck alone would be rarer than this; 1 pages on the runbook's line itself. */
  ALERT_PAGE_TAIL: z.coerce
    .number({ error: 'must be a number' })
    .gt(0, 'must be above 0')
    .max(1, 'must be at most 1')
    .default(0.001),
  ALERT_MAIL_FROM: z.email('must be a mail address').default('tillwatch@localhost'),
  /** Called once a minute while alerts are evaluated; whoever waits for it complains when it is not. */
  HEARTBEAT_URL: url('http:', 'https:').optional(),
  /** Hosts of this machine or a private network that messages may go to in production; comma between. */
  TILLWATCH_PRIVATE_HOSTS: z
    .string()
    .transform((text) =>
      text.split(',').map((part) =>
        part
          .trim()
          .toLowerCase()
          .replace(/^\[|\]$/g, ''),
      ),
    )
    .pipe(z.array(z.string().regex(/^[a-z0-9.:_-]+$/, 'must be hosts with commas between')))
    .optional(),
  /** Where Grafana shows our dashboards, for links in messages. */
  GRAFANA_URL: url('http:', 'https:').optional(),
  /** Signs the links in messages; the data folder's own without it. Processes of their own need the same one. */
  TILLWATCH_LINK_SECRET: plainSecret.optional(),
})

export type Config = z.infer<typeof configSchema>

const unknownKeys = (source: Record<string, string | undefined>): string[] =>
  Object.keys(source)
    .filter((key) => /^(?:TILLWATCH|ALERT)_/.test(key) && !(key in configSchema.shape))
    .map((key) => `${key}: unknown key`)

const goesTogether = (config: Config): string[] => {
  const problems: string[] = []
  if (config.TILLWATCH_DATABASE_OWNER_URL && !config.DATABASE_URL) {
    problems.push('DATABASE_URL: needed with TILLWATCH_DATABASE_OWNER_URL')
  }
  if (config.ALERT_WEBHOOK_URL && !config.ALERT_WEBHOOK_SECRET)
    problems.push('ALERT_WEBHOOK_SECRET: needed with ALERT_WEBHOOK_URL')
  if (config.ALERT_WEBHOOK_SECRET && !config.ALERT_WEBHOOK_URL)
    problems.push('ALERT_WEBHOOK_URL: needed with ALERT_WEBHOOK_SECRET')
  if (!config.STRIPE_SECRET_KEY) return problems
  if (!config.STRIPE_WEBHOOK_SECRETS) problems.push('STRIPE_WEBHOOK_SECRETS: needed with STRIPE_SECRET_KEY')
  if (!isLive(config)) return problems
  for (const key of [
    'DATABASE_URL',
    'CLICKHOUSE_URL',
    'REDIS_URL',
    'TILLWATCH_SHOP_FILE',
    'TILLWATCH_CHAIN_HEAD_FILE',
    'TILLWATCH_AUDIT_HEAD_FILE',
    'SMTP_URL',
    'PAGERDUTY_ROUTING_KEY',
  ] as const) {
    if (!config[key]) problems.push(`${key}: needed with a live Stripe key`)
  }
  problems.push(...insideProblems(config))
  return problems
}

/** How often callers may ask, as configured. */
export const rateLimitsOf = (config: Config): RateLimits => ({
  caller: config.TILLWATCH_LIMIT_CALLER,
  costly: config.TILLWATCH_LIMIT_COSTLY,
  address: config.TILLWATCH_LIMIT_ADDRESS,
})

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
