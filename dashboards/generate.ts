import { writeFileSync } from 'node:fs'
import { DASHBOARDS, jsonOf } from './all-dashboards.ts'

/** Writes the dashboards as files for Grafana's provisioning; a test fails while they are not what this writes. */
for (const dashboard of DASHBOARDS)
  writeFileSync(new URL(`json/${dashboard.uid ?? ''}.json`, import.meta.url), jsonOf(dashboard))
