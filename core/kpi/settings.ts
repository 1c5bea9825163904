import type { Shop } from '../shop.ts'
import { KPIS, type Kpi } from './kpi.ts'

/** Every KPI with the lines that hold somewhere. */
export type Kpis = Readonly<Record<keyof typeof KPIS, Kpi>>

/** The KPIs as they are set for a store, or for the whole shop without one. */
export const kpisOf = (_shop: Shop, _store?: string): Kpis => KPIS
