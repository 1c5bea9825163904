import type { Deps, Service } from '#core/service.ts'
import { closeCalls } from './close-calls.ts'
import { anchorHead, openHeadFile, sealAll } from './seal-entries.ts'

const LOOK_MS = 1_000
/** The head file gets a line at most so often: what is cut off the end of the chain within it shows only as rows that are gone. */
const ANCHOR_MS = 10_000
const CLOSE_MS = 60_000
/** Database transactions do not last so long: rows older than what was sealed then have all been seen. */
const SETTLED_MS = 60_000
/** So often every row is looked at again all the same. */
const WHOLE_MS = 600_000

type SealerDeps = Pick<Deps, 'db' | 'env' | 'log' | 'auditHeadFile'>

/** True at the first call, and then each time `everyMs` have passed since it last was. */
const every = (deps: Pick<Deps, 'env'>, everyMs: number): (() => boolean) => {
  let lastMs: number | undefined
  return () => {
    const nowMs = deps.env.machine.nowMs()
    if (lastMs !== undefined && nowMs - lastMs < everyMs) return false
    lastMs = nowMs
    return true
  }
}

/** One look after the other; what it remembers only spares work. */
const createSealer = (deps: SealerDeps) => {
  const { db, auditHeadFile } = deps
  const isSettled = every(deps, SETTLED_MS)
  const isWhole = every(deps, WHOLE_MS)
  const isAnchorDue = every(deps, ANCHOR_MS)
  const isCloseDue = every(deps, CLOSE_MS)
  let opened = false
  let floor = 0n
  let sealed = 0n
  let anchored = 0n
  let openCalls: ReadonlySet<string> = new Set()

  const open = async (): Promise<boolean> => {
    const begun = await openHeadFile(db, auditHeadFile)
    if (begun === false)
      deps.log.error({ component: 'audit' }, 'the head file of the audit chain is gone; put its copy back')
    return begun !== undefined
  }
  const anchor = async (): Promise<void> => {
    anchored = (await anchorHead(db, auditHeadFile, anchored)) ?? anchored
  }
  const seal = async (): Promise<void> => {
    if (isSettled()) floor = sealed
    if (isWhole()) floor = 0n
    sealed = (await sealAll(db, floor))?.lastSeq ?? sealed
  }
  const look = async (): Promise<void> => {
    opened ||= await open()
    if (!opened) return
    if (isCloseDue()) openCalls = await closeCalls(deps, openCalls)
    await seal()
    if (isAnchorDue()) await anchor()
  }
  return {
    look,
    end: async () => {
      if (!opened) return
      await seal()
      await anchor()
    },
  }
}

/**
 * Starts the sealer of the audit trail: each second rows get their place in the chain, and its head is written to a file
 * outside the database (docs/audit.md). Rows that wait for their place hold no clock: nothing in the business depends on it.
 */
export const startAudit = async (deps: SealerDeps): Promise<Service> => {
  const stopping = new AbortController()
  const sealer = createSealer(deps)
  const guarded = async (work: () => Promise<void>): Promise<void> =>
    work().catch((err: unknown) =>
      deps.log.warn({ component: 'audit', err }, 'audit rows not sealed; it looks again'),
    )
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await guarded(sealer.look)
      await deps.env.machine.sleep(LOOK_MS, stopping.signal).catch(() => undefined)
    }
  }
  const running = run()
  return {
    name: 'audit',
    open: async () => 0,
    enqueueDue: async () => undefined,
    nextDue: async () => null,
    stop: async () => {
      stopping.abort()
      await running
      await guarded(sealer.end)
    },
  }
}
