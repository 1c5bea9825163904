import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** `pass`; `lose_reply`: Stripe does it and nobody hears of it; `fail`: 500 without asking Stripe; `no_key`: 401. */
export type ProxyMode = 'pass' | 'lose_reply' | 'fail' | 'no_key'

export interface StripeProxy {
  readonly url: string
  /** What happens to POSTs from now on; reading passes, but for `failing`. */
  mode: ProxyMode
  /** URLs of the POSTs that `mode` is for; all of them when undefined. */
  only: RegExp | undefined
  /** GETs of these URLs answer 500; none when undefined. */
  failing: RegExp | undefined
  /** What Stripe's answers to POSTs say in place of what they said; as they are when undefined. */
  rewrite: ((answer: string) => string) | undefined
  /** URLs of the GETs that came, in their order. */
  readonly reads: string[]
  /** URLs of the POSTs that came, in their order. */
  readonly posts: string[]
  /** Idempotency keys of the POSTs that came, in their order. */
  readonly keys: string[]
  close(): Promise<void>
}

const ANSWERS: Partial<Record<ProxyMode, { status: number; type: string }>> = {
  fail: { status: 500, type: 'api_error' },
  no_key: { status: 401, type: 'invalid_request_error' },
}

/** A network between the gateway and Stripe that can be made to fail. */
export const startStripeProxy = async (target: string): Promise<StripeProxy> => {
  const keys: string[] = []
  const reads: string[] = []
  const posts: string[] = []
  const server = createServer((incoming, outgoing) => {
    const isPost = incoming.method === 'POST'
    if (isPost) keys.push(String(incoming.headers['idempotency-key']))
    const url = incoming.url ?? ''
    if (isPost) posts.push(url)
    else reads.push(url)
    const mode = proxy.only === undefined || proxy.only.test(url) ? proxy.mode : 'pass'
    const own = isPost ? ANSWERS[mode] : proxy.failing?.test(url) ? ANSWERS.fail : undefined
    if (own) {
      incoming.resume()
      outgoing.writeHead(own.status, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify({ error: { type: own.type, message: 'proxy' } }))
      return
    }
    const loses = isPost && mode === 'lose_reply'
    const onward = request(target + url, {
      method: incoming.method ?? 'GET',
      headers: incoming.headers,
    })
    onward.on('response', (answer) => {
      if (loses) {
        answer.resume()
        answer.on('end', () => outgoing.destroy())
        return
      }
      const { rewrite } = proxy
      if (isPost && rewrite) {
        void text(answer).then((said) => {
          const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = answer.headers
          outgoing.writeHead(answer.statusCode ?? 500, headers)
          outgoing.end(rewrite(said))
        })
        return
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: StripeProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mode: 'pass',
    only: undefined,
    failing: undefined,
    rewrite: undefined,
    reads,
    posts,
    keys,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
