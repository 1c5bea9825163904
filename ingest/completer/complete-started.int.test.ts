import { afterAll, beforeAll, expect, test } from 'vitest'
import { confirmAtStripe, storeProcessingPayment } from '../testing/stored-payment.ts'
import { startTempSandbox } from '../testing/temp-sandbox.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { createCompleter } from './complete-started.ts'

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let worker: WorkerDeps

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00Z'))
  worker = await openWorkerDeps({ stripe: sandbox.url })
})
afterAll(async () => {
  await worker.close()
  await sandbox.stop()
})

const paymentOf = async (id: string) =>
  worker.deps.db.first(
    'SELECT status, amount_captured, first_writer, decline_code FROM payments WHERE id = $1',
    [id],
  )

const journalOf = async (id: string) =>
  worker.deps.db.rows('SELECT kind, cause_kind, cause_id FROM journal_entries WHERE payment_id = $1', [id])

test('a payment that Stripe took and nobody recorded is settled after 20 s, once', async () => {
  const { deps } = worker
  await storeProcessingPayment(deps, 'pay_taken', 250)
  await storeProcessingPayment(deps, 'pay_refused', 300)
  await storeProcessingPayment(deps, 'pay_never_sent', 400)
  await confirmAtStripe(deps, 'pay_taken', 250)
  await confirmAtStripe(deps, 'pay_refused', 300, 'pm_card_chargeDeclined')
  const completer = createCompleter(deps)
  const complete = completer.drain
  await complete()
  await deps.env.passMachine(19_999)
  await complete()
  expect(await paymentOf('pay_taken')).toMatchObject({ status: 'processing' })
  await deps.env.passMachine(1)
  await complete()
  expect(await paymentOf('pay_taken')).toMatchObject({
    status: 'succeeded',
    amount_captured: 250n,
    first_writer: 'completer',
  })
  expect(await journalOf('pay_taken')).toEqual([
    { kind: 'sale_card', cause_kind: 'call', cause_id: 'pay_taken' },
  ])
  expect(await paymentOf('pay_refused')).toMatchObject({
    status: 'payment_failed',
    first_writer: 'completer',
  })
  // Stripe does not know it: no proof that it failed.
  expect(await paymentOf('pay_never_sent')).toMatchObject({ status: 'processing', first_writer: null })
  expect(deps.wakeups.woken).toContain('relay')
  await deps.env.passMachine(20_000)
  await complete()
  expect(await journalOf('pay_taken')).toHaveLength(1)
  await completer.close()
})
