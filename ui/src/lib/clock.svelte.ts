import { shop } from './shop.svelte.ts'

/** The platform's time, told anew each second; ages and countdowns follow it. */
class Clock {
  #now = $state(new Date())

  get now(): Date {
    return this.#now
  }

  start(): void {
    const tell = (): void => {
      this.#now = shop.now()
    }
    tell()
    setInterval(tell, 1_000)
  }
}

export const clock = new Clock()
