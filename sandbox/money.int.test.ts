import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Doubts } from './options.ts'
import { decodeChange } from './store/change.ts'
import { State } from './store/state.ts'
import { checkBooks } from './testing/check-books.ts'
import type { Reply, Running } from './testing/start.ts'
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

const post = (path: string, form = ''): Promise<Reply> => running.form('POST', `/v1/${path}`, form)

/** The same numbers each time: mulberry32. */
const dice = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const CARDS =
  'visa bypassPending refundFail pendingRefund chargeDeclined authenticationRequired createDispute createDisputeInquiry'.split(
    ' ',
  )

type Step = () => Promise<unknown>

type Roll = (below: number) => number

const some = <T>(rows: readonly T[], roll: Roll): T | undefined => rows[roll(Math.max(1, rows.length))]

/** Ids of something that is there. */
const picks = (roll: Roll) => {
  const { tables } = running.sandbox.store.state
  return {
    row: () => some(tables.balance_transaction.rows, roll)?.id ?? 'txn_none',
    charge: () => some(tables.charge.rows, roll)?.id ?? 'ch_none',
    /** An intent of this status, or any. */
    intent: (status?: string) => {
      const { rows } = tables.payment_intent
      const fitting = status === undefined ? rows : rows.filter((intent) => intent.status === status)
      return some(fitting, roll)?.id ?? 'pi_none'
    },
    payout: () => some(tables.payout.rows, roll)?.id ?? 'po_none',
    refund: () => some(tables.refund.rows, roll)?.id ?? 're_none',
    dispute: () => some(tables.dispute.rows, roll)?.id ?? 'du_none',
    reader: () => some(tables['terminal.reader'].rows, roll)?.id ?? 'tmr_none',
  }
}

const NUMBERS = ['4242424242424242', '4000000000000002', '5555555555554444']

/** What happens in a shop's life. */
const shopSteps = (roll: Roll): Step[] => {
  const { charge, intent, reader, dispute, refund } = picks(roll)
  const sell = () => {
    const method = ['automatic', 'automatic_async', 'automatic_async', 'manual'][roll(4)] ?? ''
    const currency = ['gbp', 'gbp', 'gbp', 'eur'][roll(4)] ?? ''
    const form = `amount=${100 + roll(5_000)}&currency=${currency}&payment_method=pm_card_${CARDS[roll(CARDS.length)]}`
    return post('payment_intents', `${form}&confirm=true&return_url=http://x.y&capture_method=${method}`)
  }
  const sellInPerson = async () => {
    const method = ['automatic', 'manual'][roll(2)] ?? ''
    const form = `amount=${100 + roll(5_000)}&currency=gbp&capture_method=${method}`
    const { body } = await post('payment_intents', `${form}&allowed_payment_method_types[0]=card_present`)
    const id = reader()
    await post(`terminal/readers/${id}/process_payment_intent`, `payment_intent=${String(body.id)}`)
    const number = NUMBERS[roll(NUMBERS.length)] ?? ''
    const path = `test_helpers/terminal/readers/${id}/present_payment_method`
    return post(path, `card_present[number]=${number}`)
  }
  return [
    sell,
    sell,
    sell,
    sellInPerson,
    () => post('refunds', `charge=${charge()}&amount=${1 + roll(800)}`),
    () => post('refunds', `charge=${charge()}`),
    () => post(`refunds/${refund()}/cancel`),
    () => {
      const amount = roll(2) === 0 ? '' : `amount_to_capture=${1 + roll(900)}`
      return post(`payment_intents/${intent(['requires_capture', undefined][roll(2)])}/capture`, amount)
    },
    () => post(`payment_intents/${intent()}/cancel`),
    () => post(`disputes/${dispute()}`, 'evidence[uncategorized_text]=winning_evidence'),
  ]
}

/** What happens at the customers' banks, and time. */
const bankSteps = (roll: Roll): Step[] => {
  const { charge, intent, dispute, refund } = picks(roll)
  const one = (...words: string[]) => words[roll(words.length)]
  const act = (path: string, body: object) => running.control('POST', path, body)
  const jump = () => {
    const ms = [1_000, 60_000, 7_200_000, 86_400_000][roll(4)] ?? 0
    return act('/clock', { now: running.sandbox.clock.now() + ms })
  }
  return [
    jump,
    jump,
    () =>
      act(`/payment_intents/${intent('requires_action')}/authenticate`, { outcome: one('succeed', 'fail') }),
    () => act(`/refunds/${refund()}`, { action: one('fail', 'succeed', 'require_action') }),
    () => act('/disputes', { charge: charge(), kind: one('dispute', 'inquiry') }),
    () => act(`/disputes/${dispute()}`, { action: one('win', 'lose', 'escalate') }),
  ]
}

/** What Stripe itself books, and what becomes of payouts by hand. */
const stripeSteps = (roll: Roll): Step[] => {
  const { charge, payout } = picks(roll)
  const one = (...words: string[]) => words[roll(words.length)]
  const act = (path: string, body: object) => running.control('POST', path, body)
  const balances = ['payments', 'issuing', 'refund_and_dispute_prefunding', 'risk_reserved']
  const row = () =>
    act('/rows', {
      type: one('stripe_fee', 'tax_fee', 'reserve_hold', 'something_new'),
      reporting_category: one('fee', 'tax', 'risk_reserved_funds', 'unknown'),
      amount: roll(900) - 500,
      fee: roll(3),
      currency: one('gbp', 'eur'),
      balance_type: one(...balances),
      ...(roll(3) === 0 ? { available_on: 1_477_900_000 + roll(2_000_000) } : {}),
    })
  const topup = async () => {
    const { body } = await post('topups', 'amount=700&currency=gbp')
    return act(`/topups/${String(body.id)}`, { action: one('succeed', 'fail', 'reverse') })
  }
  return [
    row,
    row,
    topup,
    () => act('/payouts', { amount: 1 + roll(3_000), currency: 'gbp', method: one('instant', 'standard') }),
    () => act(`/payouts/${payout()}`, { action: one('fail', 'cancel') }),
    () => post(`payouts/${payout()}/reverse`),
    () => act('/early_fraud_warnings', { charge: charge() }),
    () => act('/account', { rates: { eur: { gbp: `0.${80 + roll(20)}` } } }),
  ]
}

/** What happens behind Stripe's back. */
const editSteps = (roll: Roll): Step[] => {
  const { row, charge, payout } = picks(roll)
  const edits: string[] = []
  const edit = async (body: object) => {
    const { status, body: made } = await running.control('POST', '/edits', body)
    if (status === 201) edits.push(made.id as string)
    expect([201, 400, 404]).toContain(status)
  }
  const extra = { type: 'adjustment', reporting_category: 'other_adjustment', currency: 'gbp' }
  return [
    () => edit({ op: 'remove', id: [row(), charge(), payout()][roll(3)] }),
    () => edit({ op: 'change', id: row(), set: { amount: roll(9_000) - 3_000 } }),
    () => edit({ op: 'change', id: row(), set: { fee: roll(90), currency: 'usd' } }),
    () => edit({ op: 'change', id: row(), set: { available_on: 1_477_900_000 + roll(2_000_000) } }),
    () => edit({ op: 'change', id: row(), set: { status: ['pending', 'available'][roll(2)] } }),
    () => edit({ op: 'short_payout', id: payout(), by: 1 + roll(50) }),
    () => edit({ op: 'add', balance_transaction: { ...extra, amount: roll(500) - 250, fee: roll(9) } }),
    () => edit({ op: 'add', balance_transaction: { ...extra, amount: -9, balance_type: 'issuing' } }),
    () => edit({ op: 'change', id: row(), set: { created: 1_477_900_000 + roll(2_000_000), source: null } }),
    () => edit({ op: 'charge_again', id: charge() }),
    () => edit({ op: 'charge', amount: 100 + roll(900), currency: 'eur' }),
    () => edit({ op: 'refund_dashboard', charge: charge(), amount: 1 + roll(300) }),
    () => edit({ op: 'drift', currency: 'gbp', by: roll(50) - 60 }),
    () =>
      running.control('DELETE', `/edits/${edits.splice(roll(Math.max(1, edits.length)), 1)[0] ?? 'none'}`),
  ]
}

/** The other reading of what Stripe's documents leave open. */
const OTHERWISE: Partial<Doubts> = {
  partialCaptureRows: 'authorized_and_reversal',
  disputeFeeOnWin: 'credited',
  refundFailAfterMs: 60_000,
}

const EXCHANGED: Partial<Doubts> = {
  disputeRowsOnExchange: 'two',
  returnRate: 'as_it_left',
  conversionFee: 'own_row',
  manualPayoutRows: 'apart',
  instantPayoutFee: 'own_row',
  refundRows: 'available',
}

const POUNDS = { settlement_currencies: ['gbp'], rates: { eur: { gbp: '0.8512' } } }

test.each([
  [1, {}, undefined],
  [2, {}, POUNDS],
  [3, OTHERWISE, undefined],
  [4, { ...OTHERWISE, ...EXCHANGED }, POUNDS],
])('neither makes nor loses money, whatever happens (seed %d)', async (seed, doubts, settlement) => {
  await running.stop()
  running = await startSandbox(dir, undefined, { doubts })
  if (settlement) await running.control('POST', '/account', settlement)
  const roll = dice(seed)
  // Deliveries come when they come: dice of their own keep the steps the same each time.
  const luck = dice(seed + 100)
  const receiver = await startReceiver(() => (luck(3) === 0 ? 500 : 200))
  await running.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] })
  const possible = [...shopSteps(roll), ...bankSteps(roll), ...stripeSteps(roll), ...editSteps(roll)]
  for (let step = 0; step < 350; step += 1) {
    await possible[roll(possible.length)]?.()
    checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
  }
  const { tables } = running.sandbox.store.state
  expect(tables.payout.rows.length).toBeGreaterThan(1)
  expect(tables.refund.rows.length).toBeGreaterThan(2)
  expect(tables.dispute.rows.length).toBeGreaterThan(2)
  await receiver.stop()
  await everyPrefixHolds()
})

/** A kill -9 leaves any number of whole lines: after each of them the books must be right. */
const everyPrefixHolds = async (): Promise<void> => {
  await running.sandbox.store.durable()
  const lines = readFileSync(join(dir, 'log.jsonl'), 'utf8').trimEnd().split('\n')
  const state = new State()
  for (const line of lines) {
    const change = decodeChange(line)
    state.apply(change)
    checkBooks(state, Math.max(change.at_ms, state.last_ms))
  }
  expect(state.money.entries.size).toBe(running.sandbox.store.state.money.entries.size)
}

test('refuses an edit after which an object could not be one of Stripe', async () => {
  await post(
    'payment_intents',
    'amount=1000&currency=gbp&payment_method=pm_card_bypassPending&confirm=true&return_url=http://x.y&capture_method=automatic',
  )
  await running.control('POST', '/clock', { now: '2016-11-01T01:00:00Z' })
  const { tables } = running.sandbox.store.state
  const [row, payout] = [tables.balance_transaction.rows[0]?.id, tables.payout.rows[0]?.id]
  const impossible = [
    { op: 'change', id: row, set: { amount: 'much' } },
    { op: 'change', id: row, set: { amount: 1.5 } },
    { op: 'change', id: row, set: { amount: null } },
    { op: 'change', id: row, set: { fee: -1 } },
    { op: 'change', id: row, set: { currency: 'GBP' } },
    { op: 'change', id: row, set: { created: -5 } },
    { op: 'short_payout', id: payout, by: 965 },
    { op: 'add', balance_transaction: { type: 'x', reporting_category: 'x', amount: 1, currency: 'xxx' } },
  ]
  for (const body of impossible) expect((await running.control('POST', '/edits', body)).status).toBe(400)
  expect((await running.control('GET', '/edits')).body.data).toEqual([])
})
