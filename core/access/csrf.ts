import { TillwatchError } from '../errors.ts'

const SAFE = ['GET', 'HEAD', 'OPTIONS']

/**
 * Refuses a change that another site sends with a person's cookie (reliability.md §4, CSRF). Browsers say where a request comes
 * from in a header that no script can set; older ones name the origin; who says neither is no browser of ours.
 */
export const refuseOtherSites = (method: string, url: string, headers: Headers): void => {
  if (SAFE.includes(method)) return
  const site = headers.get('sec-fetch-site')
  if (site !== null) {
    if (site === 'same-origin') return
    throw new TillwatchError('csrf_refused')
  }
  const origin = headers.get('origin')
  const host = headers.get('host') ?? new URL(url).host
  if (origin === null || !URL.canParse(origin) || new URL(origin).host !== host)
    throw new TillwatchError('csrf_refused')
}
