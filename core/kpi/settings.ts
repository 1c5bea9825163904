import { KPIS, type Kpi } from './kpi.ts'
import { areLinesCrossed, SETTABLE, toRatio, type KpiSetting, type KpiSettings } from './kpi-lines.ts'

/** What of shop.yaml sets lines. */
export interface SetLines {
  readonly kpis: KpiSettings
  readonly stores: readonly { readonly id: string; readonly kpis: KpiSettings }[]
}

/** Every KPI with the lines that hold somewhere. */
export type Kpis = Readonly<Record<keyof typeof KPIS, Kpi>>

const setOne = (kpi: Kpi, set: KpiSetting): Kpi => ({
  ...kpi,
  target: set.target === undefined ? kpi.target : toRatio(kpi, set.target),
  threshold: set.threshold === undefined ? kpi.threshold : toRatio(kpi, set.threshold),
  minSample: set.min_sample ?? kpi.minSample,
  minBad: set.min_failures ?? kpi.minBad,
})

const setAll = (kpis: Kpis, settings: KpiSettings): Kpis => {
  const set = Object.entries(SETTABLE).flatMap(([name, key]) => {
    const own = settings[name as keyof typeof SETTABLE]
    return own === undefined ? [] : [[key, setOne(kpis[key], own)] as const]
  })
  return { ...kpis, ...Object.fromEntries(set) }
}

/**
 * The KPIs as they are set for a store, or for the whole shop without one: the runbook's lines, then the shop's own, then
 * the store's. A store that the shop does not know has the shop's.
 */
export const kpisOf = (shop: SetLines, store?: string): Kpis => {
  const ofShop = setAll(KPIS, shop.kpis)
  const own = shop.stores.find(({ id }) => id === store)?.kpis
  return own === undefined ? ofShop : setAll(ofShop, own)
}

/** Lines of the shop or of a store, as they hold in the end, whose threshold is beyond their target; one sentence each. */
export const crossedLines = (shop: SetLines): string[] => {
  const places = [undefined, ...shop.stores.map(({ id }) => id)]
  const crossed = places.map((store) => {
    const kpis = kpisOf(shop, store)
    return Object.entries(SETTABLE).flatMap(([name, key]) => {
      if (!areLinesCrossed(kpis[key])) return []
      const side = kpis[key].goodSide === 'above' ? 'at most' : 'at least'
      return [{ store, text: `${name}.threshold: must be ${side} the target` }]
    })
  })
  const ofShop = new Set(crossed[0]?.map(({ text }) => text))
  // What is wrong for the whole shop is not said again of each store.
  return crossed.flatMap((list) =>
    list
      .filter(({ store, text }) => store === undefined || !ofShop.has(text))
      .map(({ store, text }) => (store === undefined ? `kpis.${text}` : `stores.${store}.kpis.${text}`)),
  )
}
