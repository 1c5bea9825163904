import { createHmac } from 'node:crypto'
import type { Config } from '#core/config.ts'
import type { Notify } from '#core/notify.ts'

/** What this process knows of itself. */
export interface NotifyPlace {
  /** Where it answers, for links when no public address is set. */
  readonly url: string
  /** The data folder's own; processes with folders of their own are given one together. */
  readonly linkSecret: string
  /** The sandbox's own mail server and pager; null when Stripe is no sandbox: nothing is then told in a drill's place. */
  readonly sinks: Sinks | null
}

/** Where messages land when nobody real is to be told. */
export interface Sinks {
  readonly smtpUrl: string
  readonly pagerUrl: string
}

/** The sandbox's pager knows no accounts: any key of PagerDuty's length is good. */
const SINK_ROUTING_KEY = 'sandbox'.padEnd(32, '0')

/** With what the sandbox's pager signs; made of the folder's own secret, so that nothing more has to be kept. */
export const sinkWebhookSecret = (linkSecret: string): string =>
  createHmac('sha256', linkSecret).update('webhook of the pager sink').digest('hex')

const webhookOf = ({ ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret }: Config): Notify['webhook'] =>
  url === undefined || secret === undefined ? null : { url, secret }

const pagerOf = (
  { PAGERDUTY_URL: url, PAGERDUTY_ROUTING_KEY: routingKey }: Config,
  sinks: Sinks | null,
): Notify['pager'] => {
  if (routingKey !== undefined) return { url, routingKey }
  return sinks && { url: sinks.pagerUrl, routingKey: SINK_ROUTING_KEY }
}

const pagerSecretsOf = (config: Config, sinks: Sinks | null, linkSecret: string): readonly string[] =>
  config.PAGERDUTY_WEBHOOK_SECRETS ?? (sinks ? [sinkWebhookSecret(linkSecret)] : [])

/** How people are told, as configured; by the sandbox's mail server and pager where nothing is and there is a sandbox. */
export const notifyOf = (config: Config, { url, linkSecret, sinks }: NotifyPlace): Notify => ({
  publicUrl: (config.TILLWATCH_PUBLIC_URL ?? url).replace(/\/+$/, ''),
  smtpUrl: config.SMTP_URL ?? sinks?.smtpUrl ?? null,
  mailFrom: config.ALERT_MAIL_FROM,
  pager: pagerOf(config, sinks),
  pagerWebhookSecrets: pagerSecretsOf(config, sinks, config.TILLWATCH_LINK_SECRET ?? linkSecret),
  slackUrl: config.SLACK_WEBHOOK_URL ?? null,
  webhook: webhookOf(config),
  grafanaUrl: config.GRAFANA_URL?.replace(/\/+$/, '') ?? null,
  heartbeatUrl: config.HEARTBEAT_URL ?? null,
  pageTail: config.ALERT_PAGE_TAIL,
  linkSecret: config.TILLWATCH_LINK_SECRET ?? linkSecret,
})
