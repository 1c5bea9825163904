import { writeFileSync } from 'node:fs'
import { alertsPage } from './alerts-page.ts'

/** Writes docs/alerts.md anew: `npm run docs`. */
writeFileSync(new URL('../../docs/alerts.md', import.meta.url), alertsPage())
