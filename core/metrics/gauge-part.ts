import type { Gauge } from 'prom-client'
import type { Deps } from '../service.ts'
import type { Metrics } from './create-metrics.ts'

/** What measuring needs. */
export type GaugeDeps = Pick<Deps, 'env' | 'db' | 'log' | 'metrics' | 'shop'>

/** Gauges that are measured together: by one statement, and all of them or none. */
export interface Part {
  readonly name: string
  /** Its gauges, which show nothing when they could not be measured. */
  gauges(metrics: Metrics): readonly Gauge[]
  measure(deps: GaugeDeps, now: Date): Promise<void>
}
