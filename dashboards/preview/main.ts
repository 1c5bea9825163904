import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { dashboardFiles } from '../check/dashboard-files.ts'
import { dashboardSchema, shownPanels, type CheckedDashboard } from '../check/schema.ts'
import { shownRange } from '../check/shown-range.ts'
import { DEMO_COURSE } from '../testing/demo-data.ts'
import { startDemoEngine } from '../testing/demo-engine.ts'
import { draw, type Sources } from './draw.ts'
import { page, type Drawn } from './page.ts'
import { takePictures } from './pictures.ts'
import { nowOf } from './prometheus.ts'

const { values } = parseArgs({ options: { out: { type: 'string' }, prometheus: { type: 'string' } } })

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const render = async (dashboard: CheckedDashboard, base: Pick<Sources, 'clickhouse' | 'prometheus'>) => {
  const { from } = dashboard.time
  const shown = shownRange(from, DEMO_COURSE.end)
  const present = base.prometheus === null ? DEMO_COURSE.end : new Date(await nowOf(base.prometheus))
  const drawn = new Map<number, Drawn>()
  for (const panel of shownPanels(dashboard))
    drawn.set(panel.id, await draw(panel, { ...base, shown, prometheusShown: shownRange(from, present) }))
  const range = `Demo data, ${shown.from.toISOString().slice(0, 16)} to ${shown.to.toISOString().slice(0, 16)} UTC.`
  return page(dashboard, drawn, range)
}

const preview = async (folder: string, prometheus: string | null): Promise<void> => {
  const engine = await startDemoEngine()
  try {
    const dashboards = dashboardFiles().map(([, json]) => dashboardSchema.parse(json))
    for (const dashboard of dashboards) {
      const path = join(folder, `${dashboard.uid}.html`)
      writeFileSync(path, await render(dashboard, { clickhouse: engine.clickhouse, prometheus }))
      say(path)
    }
    const pictures = await takePictures(
      folder,
      dashboards.map(({ uid }) => uid),
    )
    for (const path of pictures) say(path)
    if (pictures.length === 0) say('no pictures: there is no Chromium here')
  } finally {
    await engine.stop()
  }
}

/** `npm run dashboards:preview -- --out FOLDER [--prometheus URL]`: each dashboard as a page, and as pictures where there is a Chromium. */
if (values.out === undefined) {
  process.stderr.write('Say where to: npm run dashboards:preview -- --out FOLDER [--prometheus URL]\n')
  process.exitCode = 2
} else {
  const folder = resolve(values.out)
  mkdirSync(folder, { recursive: true })
  await preview(folder, values.prometheus ?? null)
}
