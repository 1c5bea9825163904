import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

/** One payment as a till saw it. */
export interface Taken {
  readonly paymentId: string
  /** From the moment at which it was to be sent to the answer's last byte: waiting for a busy till counts. */
  readonly wholeMs: number
}

/** Tills of a shop, on connections that stay open. */
export interface Tills {
  /** Takes payments at `perSecond` for `seconds`, at random moments, whether earlier ones are answered or not. */
  takePayments(prefix: string, perSecond: number, seconds: number): Promise<Taken[]>
  close(): void
}

const BODY = JSON.stringify({
  amount: 1250,
  currency: 'gbp',
  till_id: 'till-1',
  payment_method: 'pm_card_visa',
})

/** Tills that call the gateway at `url` with `token`. Rejects when any payment is not answered 201. */
export const openTills = (url: string, token: string): Tills => {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const takeOne = async (key: string, dueMs: number): Promise<Taken> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(BODY),
        'idempotency-key': key,
      }
      const call = request(`${url}/payments/api/payments`, { method: 'POST', agent, headers }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const wholeMs = performance.now() - dueMs
          const text = Buffer.concat(chunks).toString('utf8')
          if (answer.statusCode !== 201) reject(new Error(`${answer.statusCode ?? 0}: ${text}`))
          else resolve({ paymentId: (JSON.parse(text) as { id: string }).id, wholeMs })
        })
      })
      call.on('error', reject)
      call.end(BODY)
    })
  return {
    takePayments: async (prefix, perSecond, seconds) => {
      const taken: Promise<Taken>[] = []
      const startedMs = performance.now()
      let dueMs = startedMs
      while (dueMs < startedMs + seconds * 1000) {
        // Gaps of independent arrivals.
        dueMs += (-Math.log(1 - Math.random()) * 1000) / perSecond
        const waitMs = dueMs - performance.now()
        if (waitMs > 1) await sleep(waitMs)
        taken.push(takeOne(`${prefix}-${taken.length}`, dueMs))
      }
      return Promise.all(taken)
    },
    close: () => agent.destroy(),
  }
}
