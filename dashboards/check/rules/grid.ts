import { perDashboard } from '../finding.ts'
import type { AnyPanel } from '../schema.ts'

const COLUMNS = 24

const overlaps = ({ gridPos: a }: AnyPanel, { gridPos: b }: AnyPanel): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

const overlapping = (panels: readonly AnyPanel[]): string[] =>
  panels.flatMap((one, at) =>
    panels
      .slice(at + 1)
      .flatMap((other) => (overlaps(one, other) ? [`${one.title} overlaps ${other.title}`] : [])),
  )

const gaps = (panels: readonly AnyPanel[]): string[] =>
  [...new Set(panels.map(({ gridPos }) => gridPos.y))].flatMap((y) => {
    const shelf = panels.filter(({ gridPos }) => gridPos.y === y)
    const taken = shelf.reduce((sum, { gridPos }) => sum + gridPos.w, 0)
    return taken === COLUMNS ? [] : [`the row at y=${y} takes ${taken} of ${COLUMNS} columns`]
  })

/** Nothing overlaps or sticks out, and no row has a hole. */
export const grid = perDashboard(({ panels }) => [
  ...overlapping(panels),
  ...gaps(panels),
  ...panels.map(({ title, gridPos }) => gridPos.x + gridPos.w > COLUMNS && `${title} sticks out of the grid`),
  new Set(panels.map(({ id }) => id)).size !== panels.length && 'two panels share an id',
])
