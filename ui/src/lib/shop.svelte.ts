import { api } from './api.ts'

/** What every page must know of the shop to write money and times. */
interface ShopFacts {
  readonly name: string
  readonly zone: string
  readonly currency: string
  readonly locale: string
  readonly stores: readonly { readonly id: string; readonly name: string }[]
  readonly tills: readonly { readonly id: string; readonly name: string; readonly store: string }[]
  /** The sandbox's play money; false with a real key. */
  readonly sandbox: boolean
  readonly grafana_url: string | null
  /** The platform's clock; the sandbox's may differ from the browser's. */
  readonly now: string
}

class Shop {
  #facts = $state<ShopFacts | null>(null)
  #offsetMs = $state(0)

  get facts(): ShopFacts | null {
    return this.#facts
  }

  get zone(): string {
    return this.#facts?.zone ?? 'UTC'
  }

  get locale(): string {
    return this.#facts?.locale ?? 'en-GB'
  }

  get currency(): string {
    return this.#facts?.currency ?? 'gbp'
  }

  /** The platform's time now. */
  now(): Date {
    return new Date(Date.now() + this.#offsetMs)
  }

  tillName(id: string): string {
    return this.#facts?.tills.find((till) => till.id === id)?.name ?? id
  }

  storeName(id: string): string {
    return this.#facts?.stores.find((store) => store.id === id)?.name ?? id
  }

  async load(): Promise<void> {
    const facts = await api.get<ShopFacts>('/shop')
    this.#offsetMs = new Date(facts.now).getTime() - Date.now()
    this.#facts = facts
  }
}

export const shop = new Shop()
