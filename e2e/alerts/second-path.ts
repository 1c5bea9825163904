import { loadSql } from '#core/postgres/sql.ts'
import { freePort, until } from '../../alerting/prometheus/testing/real-servers.ts'
import { connectAsOwner } from '../storm/database.ts'
import { openScene, type Scene } from './scene.ts'
import { startSecondServers, type SecondServers } from './second-servers.ts'

const lockLease = loadSql(import.meta.url, 'sql/scene_lease_lock.sql')
const ageEvaluations = loadSql(import.meta.url, 'sql/scene_evaluations_age.sql')
const deleteEvaluations = loadSql(import.meta.url, 'sql/scene_evaluations_delete.sql')
const selectHeartbeat = loadSql(import.meta.url, 'sql/scene_heartbeat_select.sql')

/** A platform and the second path that watches it. */
export interface Watched {
  /** The platform as it runs now; another one after it was killed. */
  scene: Scene
  readonly servers: SecondServers
  /** Ends the platform at once and starts it again at the same address when `meanwhile` is over. */
  kill(meanwhile: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Starts a platform on a fresh data folder, and Prometheus and Alertmanager on the generated files beside it. */
export const openWatched = async (data: string): Promise<Watched> => {
  const port = String(await freePort())
  const open = async () => openScene(data, {}, '--port', port)
  const scene = await open()
  const servers = await startSecondServers(scene.platform.url, await scene.platform.token('oncall'))
  const watched: Watched = {
    scene,
    servers,
    kill: async (meanwhile) => {
      await watched.scene.owner.end()
      await watched.scene.platform.end('SIGKILL')
      await meanwhile()
      watched.scene = await open()
    },
    close: async () => {
      await servers.close()
      await watched.scene.close()
    },
  }
  return watched
}

/** Flushes of Alertmanager after which whoever would have been told has been. */
const BEATS = 3

const heardAt = async ({ scene }: Watched): Promise<number> =>
  (await scene.owner.query<{ at: Date | null }>(selectHeartbeat.text)).rows[0]?.at?.getTime() ?? 0

/** Waits until the Watchdog has reached the platform so often that silence of the second path means something. */
const beatsOn = async (watched: Watched): Promise<void> => {
  for (let beat = 0; beat < BEATS; beat += 1) {
    const last = await heardAt(watched)
    await until('the Watchdog reaches the platform', async () =>
      (await heardAt(watched)) > last ? true : undefined,
    )
  }
}

const fires = async ({ servers }: Watched, rule: string): Promise<void> => {
  await until(`${rule} fires in Prometheus`, async () => ((await servers.fires(rule)) ? true : undefined))
}

const since = (startMs: number): number => (performance.now() - startMs) / 1_000

/** Waits for news of a rule beyond what `before` holds; answers the seconds since `startMs`. */
const toldAfter = async ({ servers }: Watched, before: number, news: string, startMs: number) => {
  await until(`the second path tells: ${news}`, () =>
    servers.told().slice(before).includes(news) ? true : undefined,
  )
  return since(startMs)
}

/** What a story showed, in words for whoever reads the output. */
export type Shown = string

/** Something that the first path cannot tell, or that the second must not; `play` throws where it goes otherwise. */
export interface SecondStory {
  readonly name: string
  play(watched: Watched): Promise<Shown>
}

const expectSame = (what: string, found: unknown, expected: unknown): void => {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)]
  if (one !== other) throw new Error(`${what}: ${one} instead of ${other}`)
}

/** Expects that of a story exactly this rule was told, by one page that was taken back. */
const expectOneOf = async ({ servers }: Watched, before: Before, rule: string): Promise<void> => {
  // Alertmanager asks its ways out side by side: the pager may hear of the end after the webhook.
  await until(`the pager hears that ${rule} is over`, () =>
    servers.pages('resolve').length > before.resolves ? true : undefined,
  )
  expectSame('told', [...new Set(servers.told().slice(before.told))].toSorted(), [
    `${rule} firing`,
    `${rule} resolved`,
  ])
  expectSame('triggers', new Set(servers.pages('trigger').slice(before.triggers).map(keyOf)).size, 1)
  expectSame('resolves', servers.pages('resolve').length - before.resolves, 1)
}

const keyOf = (page: unknown): string => (page as { dedup_key: string }).dedup_key

const soFar = ({ servers }: Watched) => ({
  told: servers.told().length,
  triggers: servers.pages('trigger').length,
  resolves: servers.pages('resolve').length,
})
type Before = ReturnType<typeof soFar>

const seconds = (told: number, over: number): Shown =>
  `told after ${told.toFixed(1)} s, over ${over.toFixed(1)} s after it was mended`

const healthy = async (watched: Watched): Promise<Shown> => {
  const { servers } = watched
  const startMs = performance.now()
  await until('every target is scraped', async () =>
    (await servers.query('up == 1')).length === 3 ? true : undefined,
  )
  await fires(watched, 'AlertEngineAlive')
  await beatsOn(watched)
  expectSame('up', await servers.query('up'), [1, 1, 1])
  expectSame('least up since the start', await servers.query('min(min_over_time(up[5s]))'), [1])
  expectSame('told', servers.told(), [])
  expectSame('pages', servers.pages(), [])
  return `every up is 1, the Watchdog came ${BEATS} times, nobody was told (${since(startMs).toFixed(1)} s)`
}

const gatewayDown = async (watched: Watched): Promise<Shown> => {
  const rule = 'PaymentGatewayDown'
  const before = soFar(watched)
  let [told, backMs] = [0, 0]
  await watched.kill(async () => {
    const startMs = performance.now()
    told = await toldAfter(watched, before.told, `${rule} firing`, startMs)
    // Whatever follows from it is seen, too, and told to nobody.
    await fires(watched, 'AlertEngineStale')
    backMs = performance.now()
  })
  const over = await toldAfter(watched, before.told, `${rule} resolved`, backMs)
  await fires(watched, 'AlertEngineAlive')
  await beatsOn(watched)
  await expectOneOf(watched, before, rule)
  return `${seconds(told, over)}, its start included`
}

/** Keeps the engine from committing whatever it decides, until told otherwise. */
const holdEngine = async ({ scene }: Watched) => {
  const holder = await connectAsOwner(scene.data)
  await holder.query('BEGIN')
  await holder.query(lockLease.text)
  return async () => {
    await holder.query('ROLLBACK')
    await holder.end()
  }
}

/** An engine that hangs; `lose` makes of it one that stood still long ago, or never ran. */
const engineDead = async (watched: Watched, lose: (scene: Scene) => Promise<unknown>): Promise<Shown> => {
  const rule = 'AlertEngineStale'
  const before = soFar(watched)
  const pages = (await watched.scene.pages()).length
  const letGo = await holdEngine(watched)
  const told = await (async () => {
    const startMs = performance.now()
    await lose(watched.scene)
    return toldAfter(watched, before.told, `${rule} firing`, startMs)
  })().finally(letGo)
  const over = await toldAfter(watched, before.told, `${rule} resolved`, performance.now())
  await beatsOn(watched)
  await expectOneOf(watched, before, rule)
  expectSame('pages by the first path', (await watched.scene.pages()).length - pages, 0)
  return `${seconds(told, over)}; the first path was silent`
}

/** Longer than the 180 s of the rule. */
const LONG_AGO_S = 300

const toldOnce = async (watched: Watched): Promise<Shown> => {
  const rule = 'PaymentSuccessRateCritical'
  const { scene, servers } = watched
  const before = soFar(watched)
  const startMs = performance.now()
  await scene.sell(30)
  await scene.sell(30, 'refused')
  await until('the first path pages', async () =>
    (await scene.pages()).find(
      ({ event_action: action, dedup_key: key }) => action === 'trigger' && key.includes(rule),
    ),
  )
  const told = since(startMs)
  await fires(watched, rule)
  await beatsOn(watched)
  expectSame('told by the second path', servers.told().slice(before.told), [])
  expectSame('pages by the second path', servers.pages().length, before.triggers + before.resolves)
  return `the first path paged after ${told.toFixed(1)} s, Prometheus saw it and told nobody`
}

/** In this order: the last one leaves a shop with a bad hour. */
export const SECOND_STORIES: readonly SecondStory[] = [
  { name: 'a healthy platform', play: healthy },
  {
    name: 'the engine stands still for longer than three minutes',
    play: async (watched) =>
      engineDead(watched, async ({ owner }) => owner.query(ageEvaluations.text, [LONG_AGO_S])),
  },
  {
    name: 'the engine never ran',
    play: async (watched) => engineDead(watched, async ({ owner }) => owner.query(deleteEvaluations.text)),
  },
  { name: 'the whole platform is gone', play: gatewayDown },
  { name: 'what the first path pages for', play: toldOnce },
]
