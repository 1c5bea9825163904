import { eventually } from '../tillwatch.ts'
import { lookedAgain, whenPhase } from './engine-eye.ts'
import type { Document, Scene, SunkMail, SunkPage } from './scene.ts'
import type { Story } from './stories.ts'

/** What people heard of a story, from the first word to the last. */
export interface Told {
  readonly pages: readonly SunkPage[]
  readonly mails: readonly SunkMail[]
  /** Incidents of the story's rule. */
  readonly incidents: readonly Document[]
  /** Rules whose pages or mails came although nothing of the story asks for them. */
  readonly others: readonly string[]
}

/** Longer than any alert of the stories stays up after its cause is gone, in minutes. */
const KEPT = 6

const incidentsOf = async (scene: Scene, rule: string): Promise<Document[]> =>
  (await scene.as('oncall', 'GET', `/alerts?rule=${rule}&limit=100`)).body['data'] as Document[]

const isOf = (rule: string) => (page: SunkPage) => page.dedup_key.includes(rule)
const mailOf = (rule: string) => (mail: SunkMail) => mail.subject.includes(rule) || mail.text.includes(rule)

const acknowledge = async (scene: Scene, incident: Document): Promise<void> => {
  const { status } = await scene.as('oncall', 'POST', `/alerts/${String(incident['id'])}/ack`, {})
  if (status !== 200) throw new Error(`the acknowledgement was answered with ${status}`)
}

/** Sees the follow-up of a cause raised, and nobody told of it. */
const seeMuted = async (
  scene: Scene,
  { rule, provoke }: NonNullable<Story['mutes']>,
  pages: number,
): Promise<void> => {
  await provoke(scene)
  await whenPhase(scene, rule, 'firing')
  await lookedAgain(scene)
  const told = (await scene.pages()).slice(0, -pages || undefined).filter(isOf(rule))
  if (told.length > 0) throw new Error(`${rule} was paged although its cause is known`)
}

/** Plays a story from its first sign to its end; throws where people hear too much, too little or too late. */
export const tell = async (scene: Scene, story: Story): Promise<Told> => {
  const { rule } = story
  const [pagesBefore, mailsBefore] = [(await scene.pages()).length, (await scene.mails()).length]
  const fresh = async () => ({
    pages: (await scene.pages()).slice(0, (await scene.pages()).length - pagesBefore),
    mails: (await scene.mails()).slice(0, (await scene.mails()).length - mailsBefore),
  })
  if (story.almost) {
    await story.almost(scene)
    await lookedAgain(scene)
    const early = (await fresh()).pages.filter(isOf(rule))
    if (early.length > 0) throw new Error(`${rule} was paged too early`)
  }
  await story.provoke(scene)
  await eventually(`${rule} is paged`, async () => (await fresh()).pages.find(isOf(rule)))
  await eventually(`${rule} is mailed`, async () => (await fresh()).mails.find(mailOf(rule)))
  const [incident] = await incidentsOf(scene, rule)
  if (incident === undefined) throw new Error(`no incident of ${rule}`)
  await acknowledge(scene, incident)
  if (story.mutes) await seeMuted(scene, story.mutes, pagesBefore)
  await story.recover(scene)
  await whenPhase(scene, rule, 'recovering', 'inactive')
  await scene.jump(KEPT)
  await eventually(`${rule} is resolved`, async () =>
    (await fresh()).pages.filter(isOf(rule)).find(({ event_action: action }) => action === 'resolve'),
  )
  await eventually(`${rule} is mailed as over`, async () =>
    (await fresh()).mails.filter(mailOf(rule)).find(({ in_reply_to: first }) => first !== null),
  )
  const { pages, mails } = await fresh()
  return {
    pages: pages.filter(isOf(rule)).reverse(),
    mails: mails.filter(mailOf(rule)).reverse(),
    incidents: await incidentsOf(scene, rule),
    others: [...new Set(pages.filter((page) => !isOf(rule)(page)).map(({ dedup_key: key }) => key))],
  }
}
