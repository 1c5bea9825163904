import type { Config } from '#core/config.ts'
import type { Deps } from '#core/service.ts'

/** A secret that this process works with. Its values are never shown, logged or stored. */
export interface HeldSecret {
  readonly name: string
  readonly title: string
  /** The key of the configuration it comes from; where that is not set, `own` is what the data folder made by itself. */
  readonly key: string
  readonly source: 'configuration' | 'data_folder' | 'none'
  /** Two while one is being replaced. */
  readonly values: readonly string[]
}

const passwordIn = (url: string | undefined | null): string[] => {
  if (!url || !URL.canParse(url)) return []
  const { password } = new URL(url)
  return password === '' ? [] : [password]
}

const held = (
  name: string,
  title: string,
  key: string,
  configured: readonly string[],
  own: readonly string[] = [],
): HeldSecret => {
  const source = configured.length > 0 ? 'configuration' : own.length > 0 ? 'data_folder' : 'none'
  return { name, title, key, source, values: configured.length > 0 ? configured : own }
}

const given = (value: string | undefined): string[] => (value === undefined ? [] : [value])

type Holder = Pick<Deps, 'db' | 'stripeFacts' | 'notify'>

/** Every secret that there is to rotate, set or not, in the order in which a leak would hurt. */
export const heldSecrets = ({ db, stripeFacts, notify }: Holder, config: Config): readonly HeldSecret[] => [
  held('stripe_key', 'Stripe key', 'STRIPE_SECRET_KEY', given(config.STRIPE_SECRET_KEY)),
  held(
    'stripe_webhook',
    'Signature of Stripe’s webhooks',
    'STRIPE_WEBHOOK_SECRETS',
    config.STRIPE_WEBHOOK_SECRETS ?? [],
    stripeFacts.webhookSecrets,
  ),
  held(
    'database',
    'Database password',
    'DATABASE_URL',
    passwordIn(config.DATABASE_URL),
    passwordIn(db.pool.options.connectionString),
  ),
  held(
    'database_owner',
    'Database owner’s password',
    'TILLWATCH_DATABASE_OWNER_URL',
    passwordIn(config.TILLWATCH_DATABASE_OWNER_URL),
  ),
  held('clickhouse', 'ClickHouse password', 'CLICKHOUSE_URL', passwordIn(config.CLICKHOUSE_URL)),
  held('redis', 'Redis password', 'REDIS_URL', passwordIn(config.REDIS_URL)),
  held(
    'link',
    'Signature of links in messages',
    'TILLWATCH_LINK_SECRET',
    given(config.TILLWATCH_LINK_SECRET),
    [notify.linkSecret],
  ),
  held('smtp', 'Mail password', 'SMTP_URL', passwordIn(config.SMTP_URL)),
  held('pager', 'Pager’s routing key', 'PAGERDUTY_ROUTING_KEY', given(config.PAGERDUTY_ROUTING_KEY)),
  held(
    'pager_webhook',
    'Signature of the pager’s webhooks',
    'PAGERDUTY_WEBHOOK_SECRETS',
    config.PAGERDUTY_WEBHOOK_SECRETS ?? [],
    notify.pagerWebhookSecrets,
  ),
  held('slack', 'Slack webhook', 'SLACK_WEBHOOK_URL', given(config.SLACK_WEBHOOK_URL)),
  held(
    'alert_webhook',
    'Signature of alerts sent on',
    'ALERT_WEBHOOK_SECRET',
    given(config.ALERT_WEBHOOK_SECRET),
  ),
]
