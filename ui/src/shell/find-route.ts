import { pagePattern } from '#core/contracts/pages.ts'
import type { Route } from '../routes.ts'

/** The page at a path, with the id in it. */
export interface Found {
  readonly route: Route
  readonly id: string
}

/** Finds the page of a path; undefined when there is none. */
export const findRoute = (routes: readonly Route[], path: string): Found | undefined => {
  for (const route of routes) {
    const match = pagePattern(route.page).exec(path)
    if (match) return { route, id: match.groups?.['id'] ?? '' }
  }
  return undefined
}
