import type { SandboxParts } from '../parts.ts'
import { newId } from '../ids.ts'
import type { Paying } from '../resources/paying.ts'

/**
 * Does something to the facts in one commit, as Stripe itself would: with rows and events. Work that is due is done
 * before and after. Gives what `act` gave once it is on disk; when `act` throws, nothing was done.
 */
export const changeFacts = async <T>(
  { store, clock, scheduler, env, options }: SandboxParts,
  act: (paying: Paying) => T,
): Promise<T> => {
  scheduler.catchUp()
  const unit = store.begin(clock.now())
  const result = act({ unit, options, requestId: `req_${newId(env.random, 'r').slice(2, 16)}` })
  store.commit(unit)
  scheduler.catchUp()
  await store.durable()
  return result
}
