import { INHIBITIONS } from '../catalogue/inhibitions.ts'
import type { Inhibition } from '../domain/inhibit.ts'
import type { Matcher } from '../domain/labels.ts'
import type { Places, Rhythm, SecondPath } from './second-path.ts'

/** A matcher as Alertmanager writes it; quoted as its own grammar asks. */
const matcherOf = ({ label, is, value }: Matcher): string =>
  `${label}${is === 'equal' ? '=' : '!='}${JSON.stringify(value)}`

const ruleOf = ({ source, target, equal }: Inhibition) => ({
  source_matchers: source.map(matcherOf),
  target_matchers: target.map(matcherOf),
  ...(equal.length === 0 ? {} : { equal }),
})

/** What only the second path needs: while the engine is heard, it tells; a gateway that is gone takes its engine along. */
const OF_SECOND_PATH = [
  { source_matchers: ['alertname="AlertEngineAlive"'], target_matchers: ['path="first"'] },
  {
    source_matchers: ['alertname="PaymentGatewayDown"'],
    target_matchers: ['alertname=~"AlertEngineStale|GatewayUnreachable|ScrapeFailing"'],
  },
]

const receivers = (places: Places) => {
  const secret = (name: string): string => `${places.secretsDir}/${name}`
  const mail = {
    to: places.mailTo,
    from: places.mailFrom,
    smarthost: places.smarthost,
    require_tls: places.requireTls,
    send_resolved: true,
    ...(places.smtpUser === null
      ? {}
      : { auth_username: places.smtpUser, auth_password_file: secret('smtp_password') }),
  }
  const pager = {
    routing_key_file: secret('pagerduty_key'),
    send_resolved: true,
    severity: 'critical',
    description: '[second path] {{ .CommonAnnotations.summary }}',
    ...(places.pagerUrl === null ? {} : { url: places.pagerUrl }),
  }
  const webhooks = places.webhookUrl === null ? {} : { webhook_configs: [{ url: places.webhookUrl }] }
  const beat = {
    url: places.heartbeatUrl,
    send_resolved: false,
    http_config: { authorization: { credentials_file: secret('heartbeat_token') } },
  }
  return [
    { name: 'nobody' },
    { name: 'heartbeat', webhook_configs: [beat] },
    { name: 'mail', email_configs: [mail], ...webhooks },
    { name: 'pager_and_mail', email_configs: [mail], pagerduty_configs: [pager], ...webhooks },
  ]
}

const pages = (rhythm: Rhythm, matchers: readonly string[], groupBy: readonly string[]) => ({
  receiver: 'pager_and_mail',
  matchers: ['severity="critical"', 'pages="yes"', ...matchers],
  group_by: groupBy,
  group_wait: rhythm.waitCritical,
  repeat_interval: rhythm.repeatCritical,
})

/** Routes are read from the top, the first that fits takes the alert (docs/second-path.md says why so). */
const routes = (rhythm: Rhythm) => [
  {
    receiver: 'heartbeat',
    matchers: ['alertname="Watchdog"'],
    group_wait: '0s',
    group_interval: rhythm.heartbeat,
    repeat_interval: rhythm.heartbeat,
  },
  { receiver: 'nobody', matchers: ['severity=~"none|info"'] },
  // Any other way that fails is told by the engine's own pager, which works then.
  { receiver: 'mail', matchers: ['alertname="AlertNotificationsFailing"', 'channel!="pager"'] },
  pages(rhythm, ['path="second"'], ['alertname']),
  // In the engine's stead: one page for whatever it would have told, for it may have told some of it.
  pages(rhythm, ['path="first"'], ['path']),
]

/** `alertmanager.yml`. Its ways out are its own: another key of the pager, mail without our process. */
export const alertmanagerConfig = ({ rhythm, places }: SecondPath) => ({
  route: {
    receiver: 'mail',
    group_by: ['alertname'],
    group_wait: rhythm.wait,
    group_interval: rhythm.interval,
    repeat_interval: rhythm.repeat,
    routes: routes(rhythm),
  },
  inhibit_rules: [...OF_SECOND_PATH, ...INHIBITIONS.map(ruleOf)],
  receivers: receivers(places),
})
