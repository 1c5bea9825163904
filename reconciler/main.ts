import type { Deps, Service } from '#core/service.ts'
import { createRatingSchedule } from './desk/re-rate-exceptions.ts'
import { PAGE_SIZE_MAX } from './execute-run.ts'
import { createNightlySchedule } from './nightly.ts'
import { createRunWorker, repairAtStart } from './work-runs.ts'

/** The safety net under a lost wake-up. */
const SWEEP_MS = 1_000

/**
 * Starts the reconciler: it compares Stripe's balance transactions with the ledger, settles and certifies each date
 * (architecture §5). `pageSize` is for tests; Stripe's largest page otherwise.
 */
export const startReconciler = async (
  deps: Deps,
  options: { readonly pageSize?: number } = {},
): Promise<Service> => {
  const stopping = new AbortController()
  const worker = createRunWorker(deps, options.pageSize ?? PAGE_SIZE_MAX, stopping.signal)
  const schedule = createNightlySchedule(deps)
  const rating = createRatingSchedule(deps)
  let running: Promise<void> | undefined
  let again = false

  const workOnce = async (): Promise<void> => {
    try {
      await worker.work()
    } catch (error) {
      if (!stopping.signal.aborted) deps.log.warn({ err: error }, 'reconciler could not work; it looks again')
    }
  }
  const loop = async (): Promise<void> => {
    do {
      again = false
      await workOnce()
    } while (again && !stopping.signal.aborted)
  }
  const wake = async (): Promise<void> => {
    again = true
    running ??= loop().finally(() => {
      running = undefined
    })
    await running
  }
  const sweep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await deps.env.machine.sleep(SWEEP_MS, stopping.signal).catch(() => undefined)
      if (!stopping.signal.aborted) await wake()
    }
  }

  await repairAtStart(deps)
  deps.wakeups.listen('reconcile', wake)
  const sweeping = sweep()
  return {
    name: 'reconciler',
    open: worker.countOpen,
    enqueueDue: schedule.enqueueDue,
    nextDue: schedule.nextDue,
    stop: async () => {
      stopping.abort()
      await sweeping
      await running
    },
  }
}
