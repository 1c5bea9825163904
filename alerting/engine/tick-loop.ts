import type { Engine } from './engine.ts'
import { evaluateOnce, type Tick } from './evaluate-once.ts'
import { LeaseLost, letGo } from './lead.ts'
import { tidy } from './tidy.ts'

/** The rhythm of the engine in machine time: from the breach to the page it may take 15 s at most (issue 5, Speed). */
export const EVALUATE_EVERY_MS = 5_000

/** What came of one turn of the loop. */
export type Turn = Tick['did'] | 'unsteady' | 'lost' | 'failed'

/** What happens around an evaluation: it is counted, and messages are asked to be sent. */
export interface Around {
  /** After every turn. */
  onTurn(turn: Turn, tick: Tick | null): void
}

/** A loop that evaluates until it is stopped. */
export interface TickLoop {
  /** Finishes the evaluation that runs, lets go of the lease, and evaluates no more. */
  stop(): Promise<void>
}

const explain = (engine: Engine, error: unknown): 'lost' | 'failed' => {
  const { log } = engine.deps
  if (error instanceof LeaseLost) {
    log.warn({ engine: engine.me }, error.message)
    return 'lost'
  }
  log.error({ err: error }, 'an evaluation of the alerts failed; the next one begins anew')
  return 'failed'
}

/** One turn: evaluates unless the clock races or jumps. Never throws. */
const turnOnce = async (engine: Engine, around: Around): Promise<void> => {
  const { deps, memory } = engine
  if (!deps.env.clock.isSteady()) {
    if (!memory.stoodBy) deps.log.info('the clock does not run as machine time does: alerting stands by')
    memory.stoodBy = true
    around.onTurn('unsteady', null)
    return
  }
  try {
    const tick = await evaluateOnce(engine)
    around.onTurn(tick.did, tick)
    if (tick.did === 'evaluated') await tidy(engine, tick.at)
  } catch (error) {
    around.onTurn(explain(engine, error), null)
  }
}

/**
 * Evaluates each `EVALUATE_EVERY_MS` of machine time, counted from the beginning of one to the beginning of the next; a turn that
 * takes longer is followed by the next at once. While the clock is not steady it stands by and says so once.
 */
export const startTickLoop = (engine: Engine, around: Around): TickLoop => {
  const { machine } = engine.deps.env
  const stopping = new AbortController()
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const startMs = machine.nowMs()
      await turnOnce(engine, around)
      const restMs = Math.max(0, EVALUATE_EVERY_MS - (machine.nowMs() - startMs))
      await machine.sleep(restMs, stopping.signal).catch(() => undefined)
    }
  }
  const running = loop()
  return {
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await running
      // Without Postgres nobody can be told; the lease ends by itself then.
      await letGo(engine).catch(() => undefined)
    },
  }
}
