import type { ShopEnv } from './env.ts'
import type { Driver } from './follower.ts'

/** Short questions while time stands; then the sandbox's time must go on, because what settles the payment may be due. */
const quickPolls = 4
const quickFirstMs = 100
const clockStepMs = 5_000
/** The platform's completer settles an unknown outcome long before (architecture §1.6). */
const pollsMax = 400

/** A till that only looks waits for whoever settles a payment without it: the poller comes each hour. */
const looksQuick = 8
const lookStepMs = 60_000
const looksMax = 190

/** How a till that only looks waits between two looks at a sale. */
export function pauseBetweenLooks(
  driver: Driver,
  env: ShopEnv,
  signal: AbortSignal,
): (looked: number) => Promise<boolean> {
  return async (looked) => {
    if (looked >= looksMax) return false
    if (looked < looksQuick) await env.machine.wait(quickFirstMs, signal)
    else await driver.reach(driver.nowMs() + lookStepMs)
    return true
  }
}

/** How a shop under this clock waits between two questions after a payment with an unknown outcome. */
export function pauseUnder(
  driver: Driver,
  env: ShopEnv,
  signal: AbortSignal,
): (asked: number) => Promise<boolean> {
  return async (asked) => {
    if (asked >= pollsMax) return false
    if (asked < quickPolls) await env.machine.wait(quickFirstMs * 2 ** asked, signal)
    else await driver.reach(driver.nowMs() + clockStepMs)
    return true
  }
}
