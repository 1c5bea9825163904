import { loadSql } from '#core/postgres/sql.ts'
import { eventually } from '../tillwatch.ts'
import type { Scene } from './scene.ts'
import { whenPhase } from './engine-eye.ts'

const selectFirstRefused = loadSql(import.meta.url, 'sql/scene_attempt_select_first_refused.sql')

const RULE = 'PaymentSuccessRateCritical'
/** Sales a second of the shop while it is measured. */
const LOAD_PER_S = 5

/** Seconds from the commit of the first refused card of a bad hour to what people got. */
export interface Soon {
  readonly pageS: number
  readonly mailS: number
}

/** Sells all the time until it is told to stop. */
const sellOn = (scene: Scene): { stop(): Promise<void> } => {
  let isOver = false
  const loop = async () => {
    while (!isOver) {
      const next = Date.now() + 1_000
      await scene.sell(LOAD_PER_S)
      while (!isOver && Date.now() < next) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const running = loop()
  return {
    stop: async () => {
      isOver = true
      await running
    },
  }
}

const firstRefused = async (scene: Scene, from: Date): Promise<number> => {
  const { rows } = await scene.owner.query<{ recorded_at: Date }>(selectFirstRefused.text, [from])
  const [row] = rows
  if (row === undefined) throw new Error('no card was refused')
  return row.recorded_at.getTime()
}

/**
 * Once more from a clean hour to a bad one, while the shop sells: how soon the pager and the mailbox had it. It is counted
 * from the first of twelve refusals, before the line is crossed, so the true figure is a little less.
 */
export const howSoon = async (scene: Scene): Promise<Soon> => {
  await scene.jump(61)
  await scene.sell(30)
  await whenPhase(scene, RULE, 'inactive', 'recovering')
  await scene.jump(6)
  await whenPhase(scene, RULE, 'inactive')
  const from = new Date(await scene.nowMs())
  const load = sellOn(scene)
  await scene.sell(12, 'refused')
  const isFresh = ({ at }: { readonly at: string }) => Date.parse(at) >= from.getTime()
  const page = await eventually('the page', async () =>
    (await scene.pages()).find(
      (one) => isFresh(one) && one.event_action === 'trigger' && one.dedup_key.includes(RULE),
    ),
  )
  const mail = await eventually('the mail', async () =>
    (await scene.mails()).find(
      (one) => isFresh(one) && one.in_reply_to === null && one.subject.endsWith(`| ${RULE}`),
    ),
  )
  await load.stop()
  const breach = await firstRefused(scene, from)
  return { pageS: (Date.parse(page.at) - breach) / 1_000, mailS: (Date.parse(mail.at) - breach) / 1_000 }
}
