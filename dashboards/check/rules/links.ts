import { PAGES } from '../../kit/pages.ts'
import { perPanel } from '../finding.ts'

const BASE = '${tillwatch_url}'

/** The range that is shown, or its last hour. */
const RANGES = ['from=${__from:date:iso}&to=${__to:date:iso}', 'hours=1&to=${__to:date:iso}']

const known: ReadonlySet<string> = new Set(Object.values(PAGES))

const problem = (url: string): string | false => {
  if (!url.startsWith(BASE)) return `links to ${url}, which is no page of ours`
  const [path = '', query = ''] = url.slice(BASE.length).split('?')
  if (!known.has(path)) return `links to the unknown page ${path}`
  return !RANGES.some((range) => query.startsWith(range)) && 'its link does not keep the shown range'
}

/** Each panel leads to a page of ours that exists and shows the same range. */
export const links = perPanel(({ links: all }) => [
  all.length === 0 && 'links nowhere',
  ...all.map(({ url }) => problem(url)),
])
