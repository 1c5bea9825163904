import type { Config } from '#core/config.ts'
import type { Notify } from '#core/notify.ts'

/** What this process knows of itself. */
export interface NotifyPlace {
  /** Where it answers, for links when no public address is set. */
  readonly url: string
  /** The data folder's own; processes with folders of their own are given one together. */
  readonly linkSecret: string
}

const webhookOf = ({ ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret }: Config): Notify['webhook'] =>
  url === undefined || secret === undefined ? null : { url, secret }

const pagerOf = ({ PAGERDUTY_URL: url, PAGERDUTY_ROUTING_KEY: routingKey }: Config): Notify['pager'] =>
  routingKey === undefined ? null : { url, routingKey }

/** How people are told, as configured. */
export const notifyOf = (config: Config, { url, linkSecret }: NotifyPlace): Notify => ({
  publicUrl: (config.TILLWATCH_PUBLIC_URL ?? url).replace(/\/+$/, ''),
  smtpUrl: config.SMTP_URL ?? null,
  mailFrom: config.ALERT_MAIL_FROM,
  pager: pagerOf(config),
  pagerWebhookSecrets: config.PAGERDUTY_WEBHOOK_SECRETS ?? [],
  slackUrl: config.SLACK_WEBHOOK_URL ?? null,
  webhook: webhookOf(config),
  heartbeatUrl: config.HEARTBEAT_URL ?? null,
  pageTail: config.ALERT_PAGE_TAIL,
  linkSecret: config.TILLWATCH_LINK_SECRET ?? linkSecret,
})
