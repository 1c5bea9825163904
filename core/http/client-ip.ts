import type { Context } from 'hono'
import type { ApiEnv } from './request-facts.ts'

/** What the Node server hands over with each request. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } }
}

/**
 * The address that a request came from: the connection's own. What `X-Forwarded-For` says anybody can write, so it is not
 * believed (reliability.md row 83).
 */
export const clientIp = (c: Context<ApiEnv>): string => {
  const { incoming } = (c.env ?? {}) as NodeBindings
  return incoming?.socket?.remoteAddress ?? 'unknown'
}
