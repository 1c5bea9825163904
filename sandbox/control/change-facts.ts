import type { SandboxParts } from '../parts.ts'
import { StripeFailure } from '../http/errors.ts'
import { newId } from '../ids.ts'
import type { Paying } from '../resources/paying.ts'
import { ControlFailure } from './answers.ts'

/** What Stripe's own rules refuse, as a refusal of the control plane. */
const perform = <T>(act: () => T): T => {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error
    throw new ControlFailure(400, error.body.code ?? 'invalid_request', error.body.message ?? 'Refused.')
  }
}

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
  const requestId = `req_${newId(env.random, 'r').slice(2, 16)}`
  const result = perform(() => act({ unit, options, requestId }))
  store.commit(unit)
  scheduler.catchUp()
  await store.durable()
  return result
}
