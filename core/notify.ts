/** Where people are reached and under which addresses we speak to them; read from the configuration by the composition root. */
export interface Notify {
  /** Base of every link in a message, without a slash at its end. */
  readonly publicUrl: string
  /** Null: no mail can be sent. */
  readonly smtpUrl: string | null
  readonly mailFrom: string
  /** Events API v2 of PagerDuty, or whatever speaks it; its routing key is a secret. */
  readonly pager: { readonly url: string; readonly routingKey: string } | null
  /** Secrets with which the pager signs its own webhooks; none: its word is refused. */
  readonly pagerWebhookSecrets: readonly string[]
  readonly slackUrl: string | null
  readonly webhook: { readonly url: string; readonly secret: string } | null
  /** Base of Grafana, without a slash at its end, for links to the dashboards; null: messages have none. */
  readonly grafanaUrl: string | null
  /** An address outside that expects to hear from the engine, and complains elsewhere when it does not. */
  readonly heartbeatUrl: string | null
  /** `ALERT_PAGE_TAIL`: the pager rings when bad luck alone would be rarer than this; 1 pages on the line itself. */
  readonly pageTail: number
  /** Signs the links by which a mail's reader takes an incident. */
  readonly linkSecret: string
}

/** Nobody can be reached: for processes and tests that tell nobody. */
export const NO_NOTIFY: Notify = {
  publicUrl: 'http://127.0.0.1',
  smtpUrl: null,
  mailFrom: 'tillwatch@localhost',
  pager: null,
  pagerWebhookSecrets: [],
  slackUrl: null,
  webhook: null,
  grafanaUrl: null,
  heartbeatUrl: null,
  pageTail: 0.001,
  linkSecret: 'no-secret',
}
