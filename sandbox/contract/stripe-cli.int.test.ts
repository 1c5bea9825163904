import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Running } from '../testing/start.ts'
import { dropFolder, newFolder, startReceiver, startSandbox } from '../testing/start.ts'
import type { CliResult } from './stripe-cli.ts'
import { cliPackages, findCli, offeredTriggers, runCli } from './stripe-cli.ts'

/** Triggers that must work: each leads to an event of its own name. */
const PLAYED = [
  'balance.available',
  'charge.captured',
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.failed',
  'charge.refund.updated',
  'charge.refunded',
  'charge.succeeded',
  'customer.created',
  'customer.deleted',
  'customer.updated',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.created',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'payment_method.attached',
  'payment_method.detached',
  'payment_method.updated',
  'payout.created',
  'payout.updated',
  'setup_intent.canceled',
  'setup_intent.created',
  'setup_intent.requires_action',
  'setup_intent.setup_failed',
  'setup_intent.succeeded',
  'topup.created',
] as const

/** Payment-related triggers that the sandbox refuses, each with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  'account.updated': 'Connect: there is one account',
  'account.application.deauthorized': 'Connect: there is one account',
  'cash_balance.funds_available': 'cash balances of customers belong to bank transfers',
  'customer_cash_balance_transaction.created': 'cash balances of customers belong to bank transfers',
  'customer.source.created': 'sources were replaced by payment methods',
  'customer.source.updated': 'sources were replaced by payment methods',
  'payment_intent.partially_funded': 'bank transfers into a cash balance',
  'payment_intent.processing': 'SEPA debits: the sandbox takes cards',
  'reporting.report_run.succeeded': 'reports come with a later issue',
  'transfer.created': 'Connect: there is nobody to transfer to',
  'transfer.reversed': 'Connect: there is nobody to transfer to',
  'transfer.updated': 'Connect: there is nobody to transfer to',
}

/** Whole products of Stripe that no till works with. */
const OTHER_PRODUCTS =
  /^(billing_portal|checkout|coupon|credit_note|customer\.(discount|subscription)|identity|invoice|invoiceitem|issuing_\w+|payment_link|plan|price|product|promotion_code|quote|subscription|subscription_schedule|tax_rate|test_helpers|v1\.billing)\./

const cli = findCli()

const driveCli = (): void => {
  const [home, dir] = [newFolder(), newFolder()]
  let running: Running
  let offered: string[]

  beforeAll(async () => {
    offered = await offeredTriggers(cli ?? '', home)
    // A dispute card's holder complains at once: the CLI looks for the dispute in its next call.
    running = await startSandbox(dir, undefined, { doubts: { disputeAfterMs: 0 } })
  })

  afterAll(async () => {
    await running.stop()
    for (const folder of [home, dir]) dropFolder(folder)
  })

  const run = (...args: string[]): Promise<CliResult> =>
    runCli(cli ?? '', home, [...args, '--api-base', running.base])

  const countOf = async (type: string): Promise<number> =>
    (await running.stripe.events.list({ type, limit: 100 })).data.length

  test('offers no trigger that is neither played nor refused for a reason', () => {
    const known = (name: string) =>
      (PLAYED as readonly string[]).includes(name) || name in REFUSED || OTHER_PRODUCTS.test(name)
    expect(offered.length).toBeGreaterThan(100)
    expect(offered.filter((name) => !known(name))).toEqual([])
    expect([...PLAYED, ...Object.keys(REFUSED)].filter((name) => !offered.includes(name))).toEqual([])
  })

  test.each(PLAYED)('triggers %s', async (name) => {
    const before = await countOf(name)
    const { code, output } = await run('trigger', name)
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('Trigger succeeded') as string,
    })
    expect(await countOf(name)).toBeGreaterThan(before)
  })

  test.each(Object.entries(REFUSED))('is refused %s in words: %s', async (name) => {
    const { code, output } = await run('trigger', name)
    expect(code).toBe(1)
    expect(output).toMatch(/status=40\d[\s\S]*"type": "invalid_request_error"/)
    expect(await countOf(name)).toBe(0)
  })

  test('has an event delivered once more', async () => {
    const receiver = await startReceiver()
    const endpoint = await running.stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ['customer.created'],
    })
    await run('trigger', 'customer.created')
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1))
    const [event] = (await running.stripe.events.list({ type: 'customer.created', limit: 1 })).data
    const { code } = await run('events', 'resend', event?.id ?? '', '--webhook-endpoint', endpoint.id)
    expect(code).toBe(0)
    await vi.waitFor(() => expect(receiver.received).toHaveLength(2))
    expect(receiver.received.map(({ raw }) => (JSON.parse(raw) as { id: string }).id)).toEqual([
      event?.id,
      event?.id,
    ])
    await receiver.stop()
  })
}

if (cli) describe('the official Stripe CLI', driveCli)
else {
  test('npm has no Stripe CLI for this machine: NOTHING OF IT WAS RUN', () => {
    console.error(
      `There is no Stripe CLI for ${process.platform}-${process.arch}: its triggers were not run.`,
    )
    expect(cliPackages()).not.toContain(`@stripe/cli-${process.platform}-${process.arch}`)
  })
}
