import { pagerEventOf } from '../messages/pager-event.ts'
import type { Channel } from './channel.ts'
import { postJson, type Fetch } from './post-json.ts'

/** PagerDuty's Events API v2, or whatever speaks it. The routing key is a secret and stands in no row and no log. */
export const openPager = (fetch: Fetch, url: string, routingKey: string): Channel => ({
  name: 'pager',
  send: async (notice, _contact, signal) =>
    postJson(fetch, url, JSON.stringify(pagerEventOf(notice, routingKey)), {}, signal),
})
