import type { Config } from '#core/config.ts'
import type { SandboxUrls } from './engines.ts'
import { sinkWebhookSecret, type Sinks } from './notify.ts'

/** Where PagerDuty's webhooks arrive (alerting/http/pager-webhook.ts). */
const PAGER_WEBHOOK_PATH = '/payments/webhooks/pagerduty'

/** The sandbox's mail server and pager. */
export const sinksOf = ({ url, smtpUrl }: SandboxUrls): Sinks => ({
  smtpUrl,
  pagerUrl: `${url}/_sandbox/pager/v2/enqueue`,
})

/** Has the sandbox's pager tell this platform of what people do there, unless a real pager is set up. */
export const introduceToPager = async (
  config: Config,
  sandbox: SandboxUrls,
  platformUrl: string,
  linkSecret: string,
): Promise<void> => {
  const isReal = config.PAGERDUTY_ROUTING_KEY !== undefined || config.PAGERDUTY_WEBHOOK_SECRETS !== undefined
  const webhook = {
    url: platformUrl + PAGER_WEBHOOK_PATH,
    secret: sinkWebhookSecret(config.TILLWATCH_LINK_SECRET ?? linkSecret),
  }
  const answer = await fetch(`${sandbox.url}/_sandbox/sinks`, {
    method: 'POST',
    body: JSON.stringify({ pager_webhook: isReal ? null : webhook }),
  })
  if (!answer.ok) throw new Error(`the sandbox's pager refused our webhook: ${await answer.text()}`)
}
