import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DASHBOARDS, jsonOf } from './all-dashboards.ts'

const folder = new URL('json/', import.meta.url)

test.each(DASHBOARDS.map((dashboard) => [dashboard.uid ?? '', dashboard] as const))(
  '%s: the committed file is what the code says (npm run dashboards:generate)',
  (uid, dashboard) => {
    expect(readFileSync(new URL(`${uid}.json`, folder), 'utf8')).toBe(jsonOf(dashboard))
  },
)

test('there is a file for each dashboard and no other', () => {
  expect(readdirSync(folder).sort()).toEqual(DASHBOARDS.map(({ uid }) => `${uid ?? ''}.json`).sort())
})
