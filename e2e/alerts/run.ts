import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lacks } from '#core/testing/lacks.ts'
import { howSoon, type Soon } from './how-soon.ts'
import { openScene, type Scene } from './scene.ts'
import { openWatched, SECOND_STORIES } from './second-path.ts'
import { STORIES } from './stories.ts'
import { tell, type Told } from './tell.ts'

const USAGE = 'usage: npm run alert-stories -- [--out FOLDER] [--repeat N] [--only RULE|second-path]'

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    repeat: { type: 'string', default: '20' },
    only: { type: 'string' },
  },
})
const repeat = Number(values.repeat)
if (!Number.isInteger(repeat) || repeat < 0) {
  process.stderr.write(`--repeat is a whole number\n${USAGE}\n`)
  process.exit(2)
}
const say = (text: string) => process.stdout.write(`${text}\n`)

/** Keeps what people got, for whoever wants to look at it. */
const keep = async (out: string, rule: string, { pages, mails }: Told): Promise<void> => {
  await mkdir(out, { recursive: true })
  await writeFile(join(out, `${rule}.pages.json`), `${JSON.stringify(pages, null, 2)}\n`)
  await Promise.all(
    mails.flatMap(({ html, text, subject }, at) => [
      writeFile(join(out, `${rule}.${at + 1}.html`), html),
      writeFile(join(out, `${rule}.${at + 1}.txt`), `${subject}\n\n${text}`),
    ]),
  )
}

const playStories = async (scene: Scene, out: string | undefined): Promise<number> => {
  let failures = 0
  for (const story of STORIES.filter(({ rule }) => values.only === undefined || rule === values.only)) {
    try {
      const told = await tell(scene, story)
      if (out !== undefined) await keep(out, story.rule, told)
      const actions = told.pages.map(({ event_action: action }) => action).join(', ')
      say(
        `ok    ${story.rule}: ${story.name}: pages ${actions}; ${told.mails.length} mails; ${told.incidents.length} incident(s)`,
      )
      if (told.others.length > 0) say(`      also paged: ${told.others.join(', ')}`)
    } catch (error) {
      failures += 1
      say(`NOT   ${story.rule}: ${story.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return failures
}

/** What only Prometheus and Alertmanager can tell, one line each; answers how many stories went otherwise. */
const playSecondPath = async (data: string): Promise<number> => {
  say('second path')
  if (lacks('prometheus', 'prometheus-alertmanager')) return 0
  const watched = await openWatched(data)
  let failures = 0
  try {
    for (const { name, play } of SECOND_STORIES) {
      try {
        say(`ok    ${name}: ${await play(watched)}`)
      } catch (error) {
        failures += 1
        say(`NOT   ${name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  } finally {
    await watched.close()
  }
  return failures
}

/** The value at a share of sorted values, by the nearest rank. */
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN

const sayHowSoon = (measured: readonly Soon[]): void => {
  for (const [what, pick] of [
    ['page', ({ pageS }: Soon) => pageS],
    ['mail', ({ mailS }: Soon) => mailS],
  ] as const) {
    const sorted = measured.map(pick).sort((one, other) => one - other)
    const figures = [0, 0.5, 0.95, 1].map((share) => percentile(sorted, share).toFixed(1))
    say(`${what}: ${figures.join(' / ')} s (least / median / 95th percentile / most of ${sorted.length})`)
  }
}

const playFirstPath = async (data: string): Promise<number> => {
  const scene = await openScene(data)
  try {
    const failures = await playStories(scene, values.out)
    const measured: Soon[] = []
    for (let n = 0; n < repeat; n += 1) {
      const soon = await howSoon(scene)
      measured.push(soon)
      say(`${n + 1}: page after ${soon.pageS.toFixed(1)} s, mail after ${soon.mailS.toFixed(1)} s`)
    }
    if (measured.length > 0) sayHowSoon(measured)
    return failures
  } finally {
    await scene.close()
  }
}

const isFirst = values.only !== 'second-path'
const isSecond = values.only === undefined || !isFirst
const folder = await mkdtemp(join(tmpdir(), 'tillwatch-alerts-'))
try {
  const failures =
    (isFirst ? await playFirstPath(join(folder, 'first')) : 0) +
    (isSecond ? await playSecondPath(join(folder, 'second')) : 0)
  process.exitCode = failures > 0 ? 1 : 0
} finally {
  await rm(folder, { recursive: true, force: true })
}
