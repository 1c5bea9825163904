import type { Deps } from '#core/service.ts'
import type { Channel } from './channel.ts'
import { openMail } from './mail.ts'
import { openPager } from './pager.ts'
import { openSlack } from './slack.ts'
import { openWebhook } from './webhook.ts'

/** Every way to reach people that is set up, by name. */
export interface Channels {
  readonly byName: ReadonlyMap<string, Channel>
  /** Lets go of connections. */
  close(): void
}

/** Opens the channels that the configuration names; what is not set up is not there. Connects to nothing yet. */
export const openChannels = ({ env, notify }: Pick<Deps, 'env' | 'notify'>): Channels => {
  const { smtpUrl, mailFrom, pager, slackUrl, webhook, publicUrl } = notify
  const mail = smtpUrl === null ? null : openMail(smtpUrl, mailFrom)
  const all = [
    mail,
    pager && openPager(env.fetch, pager.url, pager.routingKey),
    slackUrl === null ? null : openSlack(env.fetch, slackUrl),
    webhook && openWebhook(env.fetch, { ...webhook, externalUrl: publicUrl }, () => env.clock.now()),
  ].filter((channel) => channel !== null)
  return {
    byName: new Map(all.map((channel) => [channel.name, channel])),
    close: () => mail?.close(),
  }
}
