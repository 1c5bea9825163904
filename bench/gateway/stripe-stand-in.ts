import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { liveAsChild } from '#core/engines/child-life.ts'

/** How long Stripe seems to think. Its real answers take longer; what is added to them does not depend on it. */
const THINKS_MS = 50

/** Own time of the answer about each payment: from the request's first byte seen here to the answer's last byte given away. */
const ownMs = new Map<string, number>()
let made = 0

const intentFor = (form: URLSearchParams): Record<string, unknown> => {
  const name = `bench${(made += 1)}`
  const amount = Number(form.get('amount'))
  const metadata = Object.fromEntries(
    [...form].flatMap(([key, value]) => {
      const field = /^metadata\[(\w+)\]$/.exec(key)?.[1]
      return field === undefined ? [] : [[field, value]]
    }),
  )
  const created = Math.floor(Date.now() / 1000)
  const card = { brand: 'visa', last4: '4242' }
  const common = { amount, currency: form.get('currency'), created, livemode: false, metadata }
  const charge = {
    id: `ch_${name}`,
    object: 'charge',
    ...common,
    amount_captured: amount,
    captured: true,
    payment_intent: `pi_${name}`,
    payment_method_details: { type: 'card', card },
    status: 'succeeded',
  }
  return {
    id: `pi_${name}`,
    object: 'payment_intent',
    ...common,
    amount_received: amount,
    capture_method: 'automatic',
    last_payment_error: null,
    latest_charge: charge,
    status: 'succeeded',
  }
}

const readText = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const json = { 'content-type': 'application/json' }

/** Stripe as far as one confirmed payment goes, over HTTP in a process of its own; it tells how long it took itself. */
const server = createServer((incoming, outgoing) => {
  const startedMs = performance.now()
  if (incoming.url === '/own-times') {
    outgoing.writeHead(200, json).end(JSON.stringify([...ownMs]))
    ownMs.clear()
    return
  }
  void readText(incoming).then((text) => {
    const intent = intentFor(new URLSearchParams(text))
    const body = JSON.stringify(intent)
    setTimeout(() => {
      const { tillwatch_payment: payment = '' } = intent['metadata'] as Record<string, string>
      outgoing.writeHead(200, { ...json, 'request-id': `req_${made}` }).end(body)
      ownMs.set(payment, performance.now() - startedMs)
    }, THINKS_MS)
  })
})

server.listen(0, '127.0.0.1', () => {
  liveAsChild((server.address() as AddressInfo).port, async () => {
    server.closeAllConnections()
    server.close()
  })
})
