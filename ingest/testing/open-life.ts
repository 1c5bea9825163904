import { expect } from 'vitest'
import type { Notify } from '#core/notify.ts'
import { ensureCursor, pollEvents } from '../poller/poll-events.ts'
import { applyInbox } from '../webhooks/apply-inbox.ts'
import { HANDLERS } from '../webhooks/handlers.ts'
import { openGateway, type Answer, type TestGateway } from './open-gateway.ts'
import { startStripeProxy, type StripeProxy } from './stripe-proxy.ts'
import { startTempSandbox } from './temp-sandbox.ts'

const POLL_EVERY_MS = 900_000

/** A gateway before a real sandbox, with what a till, a customer, a bank and time do. */
export interface Life {
  readonly gateway: TestGateway
  readonly proxy: StripeProxy
  readonly sandboxUrl: string
  /** A key that was never used. */
  key(): string
  /** Opens a sale; its id. */
  sale(amount: number, rest?: object): Promise<string>
  /** Adds a tender to a sale under a key of its own. */
  tender(sale: string, tender: object): Promise<Answer>
  /** A card payment in one call, under a key of its own; whatever came of it. */
  pay(body: object): Promise<Answer>
  /** A POST under a key of its own. */
  act(path: string, body?: object, token?: string): Promise<Answer>
  /** A POST to the sandbox's control plane. */
  control(path: string, body: object): Promise<void>
  /** Lets time pass at Stripe and here. */
  pass(ms: number): Promise<void>
  /** Lets the poller bring what Stripe's events tell, as webhooks would. */
  heal(): Promise<void>
  /** Postings of an entry, in their order. */
  postings(kind: string, source: string): Promise<unknown[]>
  close(): Promise<void>
}

/** Opens a `Life` on a database and a sandbox of the test's own; both clocks stand at 2026-03-02T09:00:00Z. */
export const openLife = async (notify: Partial<Notify> = {}): Promise<Life> => {
  const sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00Z'))
  const proxy = await startStripeProxy(sandbox.url)
  const gateway = await openGateway(proxy.url, notify)
  const { deps } = gateway
  await ensureCursor(deps)
  let keys = 0
  const key = (): string => `life-${(keys += 1)}`
  const act = async (path: string, body: object = {}, token?: string) =>
    gateway.post(path, body, key(), token)
  const control = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${sandbox.url}/_sandbox${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status, await response.text()).toBeLessThan(300)
  }
  const pass = async (ms: number): Promise<void> => {
    deps.env.pass(ms)
    await control('/clock', { now: deps.env.clock.now().toISOString() })
  }
  return {
    gateway,
    proxy,
    sandboxUrl: sandbox.url,
    key,
    act,
    control,
    pass,
    sale: async (amount, rest = {}) => {
      const lines = [{ name: 'Loaf', quantity: 1, unit_amount: amount }]
      const sale = await gateway.post('/sales', { till_id: 'till-1', currency: 'gbp', lines, ...rest })
      expect(sale.status, sale.text).toBe(201)
      return sale.body.id
    },
    tender: async (sale, tender) => act(`/sales/${sale}/tenders`, tender),
    pay: async (body) =>
      act('/payments', { currency: 'gbp', till_id: 'till-1', payment_method: 'pm_card_visa', ...body }),
    heal: async () => {
      await pass(POLL_EVERY_MS)
      await pollEvents(deps)
      await applyInbox(deps, HANDLERS)
    },
    postings: async (kind, source) =>
      deps.db.rows(
        `SELECT p.account, p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.id
         WHERE e.kind = $1 AND e.source_id = $2 ORDER BY p.position`,
        [kind, source],
      ),
    close: async () => {
      await gateway.close()
      await proxy.close()
      await sandbox.stop()
    },
  }
}
