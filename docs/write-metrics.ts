import { writeFileSync } from 'node:fs'
import { metricsPage } from '#core/metrics/metrics-page.ts'

/** Writes docs/metrics.md anew: `npx tsx docs/write-metrics.ts`. */
writeFileSync(new URL('metrics.md', import.meta.url), metricsPage())
