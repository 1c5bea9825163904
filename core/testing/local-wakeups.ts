import type { WakeupName, Wakeups } from '../queue.ts'

/** Wake-ups within one test: `wake` calls the listener at once. `woken` are the names in the order of their calls. */
export type LocalWakeups = Wakeups & { readonly woken: WakeupName[] }

export const localWakeups = (): LocalWakeups => {
  const listeners = new Map<WakeupName, () => Promise<void>>()
  const woken: WakeupName[] = []
  return {
    woken,
    wake: (name) => {
      woken.push(name)
      void listeners.get(name)?.()
    },
    listen: (name, drain) => {
      listeners.set(name, drain)
    },
    close: async () => undefined,
  }
}
