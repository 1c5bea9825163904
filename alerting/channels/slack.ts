import { slackMessageOf } from '../messages/slack-message.ts'
import type { Channel } from './channel.ts'
import { postJson, type Fetch } from './post-json.ts'

/** An incoming webhook of Slack; its address is the secret. */
export const openSlack = (fetch: Fetch, url: string): Channel => ({
  name: 'slack',
  send: async (notice, _contact, signal) =>
    postJson(fetch, url, JSON.stringify(slackMessageOf(notice)), {}, signal),
})
