import { writeFileSync } from 'node:fs'
import { kpisPage } from '#core/kpi/kpis-page.ts'

/** Writes docs/kpis.md anew: `npm run docs`. */
writeFileSync(new URL('kpis.md', import.meta.url), kpisPage())
