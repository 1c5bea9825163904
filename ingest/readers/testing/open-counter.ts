import { openLife, type Life } from '../../testing/open-life.ts'
import type { Answer } from '../../testing/open-gateway.ts'
import { applyInbox } from '../../webhooks/apply-inbox.ts'
import { pollEvents } from '../../poller/poll-events.ts'
import { HANDLERS } from '../../webhooks/handlers.ts'
import { readKnown } from '../find-reader.ts'
import { watchReaders } from '../watch-readers.ts'

/** What the next customer at a reader does. */
export interface Plan {
  readonly outcome: 'approve' | 'decline' | 'timeout' | 'hang' | 'busy' | 'customer_canceled'
  readonly decline_code?: string
  readonly after_ms?: number
  readonly authorize_ms?: number
  readonly reached?: boolean
}

/** A till with two readers before a real sandbox. */
export interface Counter {
  readonly life: Life
  /** Says what happens at a reader of ours next, and whether it is there. */
  plan(reader: string, plan: Plan | null, status?: 'online' | 'offline'): Promise<void>
  /** A tender for all of a new sale at a reader; its sale and key too. */
  tender(
    reader: string,
    amount?: number,
  ): Promise<{ sale: string; key: string; answer: Answer; again(): Promise<Answer> }>
  /** The worker's sweep over readers. */
  sweep(): Promise<void>
  /** Lets time pass in Stripe and here, then sweeps. */
  passAndSweep(ms: number): Promise<void>
  /** What webhooks would bring. */
  deliver(): Promise<void>
  read(payment: string): Promise<Answer['body']>
  /** Succeeded charges of a sale at Stripe. */
  charges(sale: string): Promise<number>
  /** PaymentIntents that name a payment. */
  intents(payment: string): Promise<string[]>
  /** Reader commands that reached Stripe, in their order. */
  commands(): Promise<string[]>
  /** Stripe's keys of the commands whose URL matches, in their order. */
  keysOf(url: RegExp): string[]
  /** Applies what Stripe's events tell, without any time passing but the poll's. */
  apply(): Promise<void>
  close(): Promise<void>
}

export const openCounter = async (): Promise<Counter> => {
  const life = await openLife()
  const { gateway } = life
  const { deps } = gateway
  const sandboxGet = async (path: string) =>
    (await fetch(`${life.sandboxUrl}${path}`)).json() as Promise<Record<string, unknown>>
  const idOf = async (reader: string): Promise<string> => {
    const { body } = await gateway.get('/readers')
    const known = (await readKnown(deps)).get(reader)
    return known ?? body.data.find((row: { id: string }) => row.id === reader).stripe_reader
  }
  const sweep = async () => watchReaders(deps)
  const apply = async () => {
    await life.pass(900_000)
    await pollEvents(deps)
    await applyInbox(deps, HANDLERS)
  }
  return {
    life,
    plan: async (reader, plan, status) =>
      life.control(`/readers/${await idOf(reader)}`, {
        next: plan,
        ...(status === undefined ? {} : { status }),
      }),
    tender: async (reader, amount = 500) => {
      const sale = await life.sale(amount)
      const key = life.key()
      const again = async () =>
        gateway.post(`/sales/${sale}/tenders`, { type: 'card', reader_id: reader }, key)
      return { sale, key, answer: await again(), again }
    },
    sweep,
    passAndSweep: async (ms) => {
      await life.pass(ms)
      await sweep()
    },
    deliver: async () => {
      await apply()
      await sweep()
    },
    apply,
    keysOf: (url) => life.proxy.keys.filter((_, index) => url.test(life.proxy.posts[index] ?? '')),
    read: async (payment) => (await gateway.get(`/payments/${payment}`)).body,
    charges: async (sale) => {
      const { by_sale: bySale } = (await sandboxGet('/_sandbox/charges')) as {
        by_sale: Record<string, number>
      }
      return bySale[sale] ?? 0
    },
    intents: async (payment) => {
      const list = await deps.stripe.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 })
      return list.filter(({ metadata }) => metadata['tillwatch_payment'] === payment).map(({ id }) => id)
    },
    commands: async () => life.proxy.posts.filter((url) => url.includes('/terminal/')),
    close: async () => life.close(),
  }
}
