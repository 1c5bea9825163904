import type { Env } from '#core/env.ts'
import { newId } from '#core/ids.ts'
import type { Deps } from '#core/service.ts'
import { openSources, type Change, type Sources } from './sources.ts'

/** A change with the id by which a browser resumes behind it. */
export interface Told {
  readonly id: string
  readonly change: Change
}

/** How often the sources are looked at while somebody listens. */
const LOOK_MS = 500
/** So many changes are kept for whoever comes back. */
const KEPT = 2_000

type Listener = (told: Told) => void

export interface Listening {
  /** What came behind `lastId` is no longer known: then read everything anew. */
  readonly missed: boolean
  /** Kept once the hub looks: nothing that is committed afterwards goes untold. What a rested hub did not see before is not. */
  readonly looking: Promise<void>
  stop(): void
}

/** What happened, for every open page of this process. One look at the database serves them all. */
export interface Hub {
  /** Listens from now on; first gets what came behind `lastId`. */
  listen(lastId: string | undefined, listener: Listener): Listening
  /** Aborted when the process stops: every stream ends, or the server would wait for them for ever. */
  readonly closed: AbortSignal
  close(): void
}

type HubDeps = Pick<Deps, 'db' | 'log'> & { readonly env: Pick<Env, 'clock' | 'machine' | 'random'> }

/** A gate that many wait at: whoever comes while it is open goes through at once. */
const makeGate = () => {
  let isOpen = false
  const waiting = new Set<() => void>()
  return {
    open: (): void => {
      isOpen = true
      for (const go of waiting) go()
      waiting.clear()
    },
    shut: (): void => {
      isOpen = false
    },
    passed: async (): Promise<void> =>
      isOpen ? undefined : new Promise<void>((resolve) => void waiting.add(resolve)),
  }
}

/** Opens the hub; it rests while nobody listens, and forgets what it told when it has rested. */
export const openHub = (deps: HubDeps): Hub => {
  const { env, log } = deps
  const listeners = new Set<Listener>()
  const closing = new AbortController()
  let era = newId(env, 'process')
  let kept: Told[] = []
  let number = 0
  let running = false
  const gate = makeGate()

  const tell = (change: Change): void => {
    number += 1
    const told = { id: `${era}.${number}`, change }
    kept.push(told)
    if (kept.length > KEPT) kept = kept.slice(-KEPT)
    for (const listener of listeners) listener(told)
  }

  const lookOnce = async (sources: Sources): Promise<void> => {
    try {
      for (const change of await sources.next()) tell(change)
    } catch (error) {
      log.warn({ err: error }, 'the stream could not look; it looks again')
    }
  }

  const run = async (): Promise<void> => {
    let sources: Sources | undefined
    while (listeners.size > 0 && !closing.signal.aborted) {
      sources ??= await openSources(deps.db).catch(() => undefined)
      if (sources) {
        gate.open()
        await lookOnce(sources)
      }
      await env.machine.sleep(LOOK_MS, closing.signal).catch(() => undefined)
    }
    // What happens while nobody listens is not looked at, so an id of before says nothing afterwards.
    era = newId(env, 'process')
    kept = []
    gate.shut()
    running = false
  }

  const wake = (): void => {
    if (running || closing.signal.aborted) return
    running = true
    void run()
  }

  return {
    listen: (lastId, listener) => {
      const at = lastId === undefined ? -1 : kept.findIndex(({ id }) => id === lastId)
      const isNewest = lastId === `${era}.${number}`
      const missed = lastId !== undefined && at === -1 && !isNewest
      if (at !== -1) for (const told of kept.slice(at + 1)) listener(told)
      listeners.add(listener)
      wake()
      return { missed, looking: gate.passed(), stop: () => void listeners.delete(listener) }
    },
    closed: closing.signal,
    close: () => closing.abort(),
  }
}
