import type Stripe from 'stripe'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startReceiver, startSandbox } from './testing/start.ts'

let dir: string
let running: Running

beforeEach(async () => {
  dir = newFolder()
  running = await startSandbox(dir)
})

afterEach(async () => {
  await running.stop()
  dropFolder(dir)
})

const sell = async (amount: number, payment_method = 'pm_card_visa'): Promise<Stripe.PaymentIntent> =>
  running.stripe.paymentIntents.create({
    amount,
    currency: 'gbp',
    payment_method,
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { tillwatch_sale: `sale_${amount}` },
  })

const goTo = (now: string) => running.control('POST', '/clock', { now })

type News = { version: number; now_ms: number; speed: unknown; round: number | null }

/** A platform that is always quiet and has nothing due of its own. */
const followClock = () => {
  const jumps: string[] = []
  const hangUp = new AbortController()
  const poll = async (body: object): Promise<News> => {
    const init = { method: 'POST', body: JSON.stringify(body), signal: hangUp.signal }
    return (await (await fetch(`${running.base}/_sandbox/clock/follow`, init)).json()) as News
  }
  const loop = async () => {
    let body: object = { follower: 'test', role: 'platform', seen: 0 }
    for (;;) {
      const { version, now_ms, round } = await poll(body)
      const now = new Date(now_ms).toISOString().slice(0, 19)
      if (jumps.at(-1) !== now) jumps.push(now)
      const answer = { round, quiet: true, activity: 'none', next_due_ms: null }
      body = { follower: 'test', role: 'platform', seen: version, ...(round === null ? {} : { answer }) }
    }
  }
  // Ends with the refusal of the poll that `stop` hangs up.
  const ended = loop().catch(() => undefined)
  const stop = () => {
    hangUp.abort()
    return ended
  }
  return { jumps, stop }
}

const allRows = async (params: Stripe.BalanceTransactionListParams = {}) => {
  const rows: Stripe.BalanceTransaction[] = []
  for await (const row of running.stripe.balanceTransactions.list({ limit: 100, ...params })) rows.push(row)
  return rows
}

const net = (rows: readonly Stripe.BalanceTransaction[]) => rows.reduce((sum, row) => sum + row.net, 0)

/** Balance as the rows say, to compare with the money tables. */
const checkBalance = async () => {
  const rows = await allRows()
  const balance = await running.stripe.balance.retrieve()
  const of = (status: string) => net(rows.filter((row) => row.currency === 'gbp' && row.status === status))
  expect(balance.available.find(({ currency }) => currency === 'gbp')?.amount).toBe(of('available'))
  expect(balance.pending.find(({ currency }) => currency === 'gbp')?.amount).toBe(of('pending'))
}

test('jumps by max through settlement, payout, reconciliation and paid, delivering every event', async () => {
  const receiver = await startReceiver()
  await running.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] })
  await sell(1_000)
  await sell(2_000)
  const refunded = await sell(3_000)
  await running.stripe.refunds.create({ payment_intent: refunded.id, amount: 500 })
  const platform = followClock()
  await vi.waitFor(() => expect(platform.jumps).toHaveLength(1))
  const asked = await running.control('POST', '/clock', { speed: 'max', until: '2016-11-05T00:00:00Z' })
  expect(asked.status).toBe(200)
  await vi.waitFor(() => expect(running.sandbox.clock.speed).toBe(0), 10_000)
  // The clock stands before the follower has heard of the last jump.
  await vi.waitFor(() => expect(platform.jumps.at(-1)).toBe('2016-11-05T00:00:00'), 10_000)
  await platform.stop()
  expect(platform.jumps).toEqual([
    '2016-10-31T09:00:00',
    '2016-10-31T09:00:30', // settled
    '2016-11-02T00:00:00', // available
    '2016-11-02T00:10:00', // payout
    '2016-11-02T02:10:00', // its rows can be listed
    '2016-11-03T06:00:00', // paid
    '2016-11-05T00:00:00', // until
  ])
  const [payout] = (await running.stripe.payouts.list()).data
  // 1000 - 35, 2000 - 50, 3000 - 65, and the refund of 500.
  expect(payout).toMatchObject({ amount: 965 + 1_950 + 2_935 - 500, status: 'paid', automatic: true })
  const rows = await allRows({ payout: payout?.id ?? '' })
  expect(rows.map(({ type }) => type).sort()).toEqual(['charge', 'charge', 'charge', 'payout', 'refund'])
  expect(net(rows)).toBe(0)
  await checkBalance()
  const events = receiver.received.map(({ raw }) => (JSON.parse(raw) as Stripe.Event).type)
  expect(events.slice(-4)).toEqual([
    'balance.available',
    'payout.created',
    'payout.reconciliation_completed',
    'payout.paid',
  ])
  expect(events.filter((type) => type === 'charge.updated')).toHaveLength(3)
  expect((await running.control('GET', '/payouts')).body).toMatchObject({ open: 0, unpaid: 0 })
  await receiver.stop()
})

test('keeps the balance equal to its rows at every step, and refuses payout rows that are not ready', async () => {
  await sell(1_000)
  await sell(5_000, 'pm_card_bypassPending')
  await checkBalance()
  for (const now of ['2016-10-31T10:00:00Z', '2016-11-01T00:05:00Z', '2016-11-01T00:15:00Z']) {
    await goTo(now)
    await checkBalance()
  }
  const [first] = (await running.stripe.payouts.list()).data
  expect(first).toMatchObject({ amount: 4_905, status: 'in_transit', reconciliation_status: 'in_progress' })
  const early = running.stripe.balanceTransactions.list({ payout: first?.id ?? '' })
  await expect(early).rejects.toMatchObject({ code: 'payout_reconciliation_not_ready', statusCode: 400 })
  await goTo('2016-11-04T00:00:00Z')
  await checkBalance()
  expect((await running.stripe.payouts.list()).data.map(({ amount }) => amount)).toEqual([965, 4_905])
})

test('waits with a payout while refunds outweigh the sales', async () => {
  await goTo('2016-10-31T10:00:00Z')
  const sale = await sell(1_000)
  await goTo('2016-11-03T00:00:00Z')
  await running.stripe.refunds.create({ payment_intent: sale.id })
  await goTo('2016-11-08T12:00:00Z')
  expect((await running.control('GET', '/payouts')).body).toMatchObject({ open: 0, unpaid: 1 })
  await sell(3_000)
  await goTo('2016-11-14T00:00:00Z')
  expect((await running.stripe.payouts.list()).data[0]?.amount).toBe(3_000 - 65 - 1_000)
  await checkBalance()
})

test('keeps everything over a restart, a torn last line aside', async () => {
  const sale = await sell(1_000)
  await goTo('2016-11-02T00:05:00Z')
  const snapshot = async () => ({
    charges: (await running.stripe.charges.list()).data,
    rows: await allRows(),
    balance: await running.stripe.balance.retrieve(),
    events: (await running.stripe.events.list()).data,
    account: (await running.stripe.accounts.retrieveCurrent()).id,
  })
  const before = JSON.stringify(await snapshot())
  await running.stop()
  const { appendFileSync } = await import('node:fs')
  appendFileSync(`${dir}/log.jsonl`, '{"at_ms":1478044800000,"put":[{"id":"pi_torn"')
  running = await startSandbox(dir, '2020-01-01T00:00:00Z')
  expect(JSON.stringify(await snapshot())).toBe(before)
  expect(running.sandbox.clock.now()).toBe(Date.parse('2016-11-02T00:05:00Z'))
  // What was planned before the restart still happens, and a known key still replays.
  await goTo('2016-11-03T06:00:00Z')
  expect((await running.stripe.payouts.list()).data[0]).toMatchObject({ amount: 965, status: 'paid' })
  expect((await running.stripe.paymentIntents.retrieve(sale.id)).status).toBe('succeeded')
})

test('never sets the clock back once there are objects', async () => {
  const early = await goTo('2016-01-01T00:00:00Z')
  expect(early.status).toBe(200)
  expect((await running.control('GET', '/state')).body).toEqual({ objects: 0, first_object: null })
  await sell(1_000)
  const back = await goTo('2015-12-31T00:00:00Z')
  expect([back.status, (back.body.error as { code: string }).code]).toEqual([400, 'clock_backwards'])
  const max = await running.control('POST', '/clock', { speed: 'max' })
  expect((max.body.error as { code: string }).code).toBe('max_needs_until')
})

/** What an edit may touch, as callers see it. */
const facts = async () => {
  const rows = await allRows()
  const charges = (await running.stripe.charges.list({ limit: 100 })).data
  const payouts = (await running.stripe.payouts.list()).data
  const refunds = (await running.stripe.refunds.list()).data
  const balance = await running.stripe.balance.retrieve()
  return { rows, charges, payouts, refunds, balance }
}

const edit = async (body: object): Promise<string> => {
  const reply = await running.control('POST', '/edits', body)
  expect(reply.status).toBe(201)
  return reply.body.id as string
}

test('changes facts silently and puts every one of them back exactly', async () => {
  for (const amount of [1_000, 2_000, 3_000]) await sell(amount)
  await goTo('2016-11-04T00:00:00Z')
  const before = await facts()
  const events = (await running.stripe.events.list({ limit: 100 })).data.length
  const [payout] = before.payouts
  const [removed, changed] = before.rows.filter(({ type }) => type === 'charge')
  const gone = before.charges[2]
  const edits = [
    await edit({ op: 'remove', id: removed?.id }),
    await edit({ op: 'remove', id: gone?.id }),
    await edit({ op: 'change', id: changed?.id, set: { amount: 2_100 } }),
    await edit({ op: 'hold_payout', id: payout?.id }),
    await edit({ op: 'short_payout', id: payout?.id, by: 7 }),
    await edit({
      op: 'add',
      balance_transaction: {
        type: 'adjustment',
        reporting_category: 'other_adjustment',
        amount: -99,
        currency: 'gbp',
      },
    }),
  ]
  const after = await facts()
  expect(after.charges).toHaveLength(2)
  expect(after.rows.map(({ type, amount, fee, net: value }) => [type, amount, fee, value])).toEqual([
    ['adjustment', -99, 0, -99],
    ['payout', -5_843, 0, -5_843],
    ['charge', 2_100, 50, 2_050],
  ])
  expect(after.payouts[0]).toMatchObject({ amount: 5_843, status: 'in_transit' })
  await checkBalance()
  const other = running.stripe.balanceTransactions.retrieve(removed?.id ?? '')
  await expect(other).rejects.toMatchObject({ statusCode: 404 })
  expect((await running.stripe.events.list({ limit: 100 })).data).toHaveLength(events)
  await running.stop()
  running = await startSandbox(dir)
  expect(await facts()).toEqual(after)
  for (const id of edits) expect((await running.control('DELETE', `/edits/${id}`)).status).toBe(200)
  expect(await facts()).toEqual(before)
})

test('pays a held payout only once it is released', async () => {
  await sell(1_000)
  await goTo('2016-11-02T01:00:00Z')
  const id = (await running.stripe.payouts.list()).data[0]?.id ?? ''
  await running.control('POST', `/payouts/${id}`, { action: 'hold' })
  await goTo('2016-11-07T00:00:00Z')
  expect((await running.stripe.payouts.retrieve(id)).status).toBe('in_transit')
  expect((await running.control('GET', '/payouts')).body).toMatchObject({ open: 1 })
  expect((await running.stripe.events.list({ type: 'payout.paid' })).data).toEqual([])
  await running.control('POST', `/payouts/${id}`, { action: 'release' })
  expect((await running.stripe.payouts.retrieve(id)).status).toBe('paid')
  expect((await running.stripe.events.list({ type: 'payout.paid' })).data).toHaveLength(1)
})

test('counts succeeded charges by currency and by sale', async () => {
  await sell(1_000)
  const second = await sell(2_000)
  await running.stripe.refunds.create({ payment_intent: second.id, amount: 300 })
  await sell(500, 'pm_card_chargeDeclined').catch(() => undefined)
  expect((await running.control('GET', '/charges')).body).toEqual({
    count: 2,
    totals: [{ currency: 'gbp', count: 2, amount: 3_000, refunded: 300 }],
    by_sale: { sale_1000: 1, sale_2000: 1 },
  })
  const none = await running.control('GET', '/charges?from_ms=0&to_ms=1&data=1')
  expect(none.body).toEqual({ count: 0, totals: [], by_sale: {}, data: [] })
})

test('shows what it did in its journal, without bodies or keys', async () => {
  await sell(1_000)
  const { data } = (await running.control('GET', '/journal?after=0&limit=1000')).body as {
    data: { seq: number; kind: string }[]
  }
  expect(data.map(({ seq }) => seq)).toEqual(data.map((_entry, at) => at + 1))
  expect(data.find(({ kind }) => kind === 'call')).toMatchObject({
    method: 'POST',
    path: '/v1/payment_intents',
    status: 200,
  })
  expect(JSON.stringify(data)).not.toMatch(/sk_test|pm_card|_secret_/)
})
