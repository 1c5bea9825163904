import type { Deps, Service } from '#core/service.ts'
import { createRatingSchedule } from './desk/re-rate-exceptions.ts'
import { PAGE_SIZE_MAX } from './execute-run.ts'
import { createLookSchedule, ensureLooks } from './continuous/look-schedule.ts'
import { createNightlySchedule } from './nightly.ts'
import { createRunWorker, repairAtStart } from './work-runs.ts'

/** The safety net under a lost wake-up. */
const SWEEP_MS = 1_000

const earlier = (one: Date | null, other: Date | null): Date | null => {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}

/**
 * Starts the reconciler: it compares Stripe's balance transactions with the ledger, settles and certifies each date,
 * and looks at today's in between (architecture §5). `pageSize` is for tests; Stripe's largest page otherwise.
 */
export const startReconciler = async (
  deps: Deps,
  options: { readonly pageSize?: number } = {},
): Promise<Service> => {
  const stopping = new AbortController()
  const pageSize = options.pageSize ?? PAGE_SIZE_MAX
  const worker = createRunWorker(deps, pageSize, stopping.signal)
  const looks = createLookSchedule(deps, pageSize, stopping.signal)
  const schedule = createNightlySchedule(deps)
  const rating = createRatingSchedule(deps)
  let running: Promise<void> | undefined
  let again = false
  /** When a failed run is tried again, as last read; a moment that comes without having been read is found by the sweep. */
  let nextTry: Date | null = null

  const workOnce = async (): Promise<void> => {
    try {
      await worker.work()
      await looks.work()
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
  await ensureLooks(deps)
  deps.wakeups.listen('reconcile', wake)
  const sweeping = sweep()
  return {
    name: 'reconciler',
    open: async () => (await worker.countOpen()) + looks.countOpen(),
    enqueueDue: async (now) => {
      if (nextTry !== null && nextTry <= now) deps.wakeups.wake('reconcile')
      await schedule.enqueueDue(now)
      await rating.enqueueDue(now)
      await looks.enqueueDue(now)
    },
    nextDue: async (now) => {
      nextTry = await worker.nextTry()
      const scheduled = earlier(await schedule.nextDue(now), await rating.nextDue(now))
      return earlier(nextTry, earlier(scheduled, await looks.nextDue(now)))
    },
    stop: async () => {
      stopping.abort()
      await sweeping
      await running
    },
  }
}
