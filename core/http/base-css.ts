import { readFileSync } from 'node:fs'

/** What all our pages have in common: colours in light and dark, paper and ink. A page's own rules come after it. */
export const BASE_CSS = readFileSync(new URL('base.css', import.meta.url), 'utf8')
