import type { Random } from '../env.ts'
import type { SandboxOptions } from '../options.ts'
import type { Store } from '../store/store.ts'
import type { Unit } from '../store/unit.ts'
import type { View } from '../store/view.ts'
import type { RawTree } from './form.ts'
import type { Reader } from './readers.ts'
import { readParams } from './readers.ts'

export type Answer = { status: number; body: object }

/** What a handler works with: reads go through `view` (edits seen) or `unit` (own writes seen). */
export type Call = {
  unit: Unit
  view: View
  store: Store
  random: Random
  options: SandboxOptions
  /** The id in the path; '' where there is none. */
  id: string
  requestId: string
  version: string | null
}

export type Method = 'GET' | 'POST' | 'DELETE'

/**
 * One route of the API. `prepare` reads the parameters (a refusal there is not stored under an idempotency key) and
 * gives back what executes the call.
 */
export type Endpoint = {
  method: Method
  path: string
  prepare: (raw: RawTree, version: string | null) => (call: Call) => Answer
}

/** An endpoint from the shape of its parameters and its handler; `before` sees the raw parameters first. */
export const endpoint = <T>(
  method: Method,
  path: string,
  shape: Reader<T | undefined>,
  run: (call: Call, params: T) => Answer | object,
  before?: (raw: RawTree, version: string | null) => void,
): Endpoint => ({
  method,
  path,
  prepare: (raw, version) => {
    before?.(raw, version)
    const params = readParams(shape, raw)
    return (call) => {
      const result = run(call, params)
      return isAnswer(result) ? result : { status: 200, body: result }
    }
  },
})

const isAnswer = (result: Answer | object): result is Answer => 'status' in result && 'body' in result
