import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { openScene, type Scene } from './alerts/scene.ts'
import { STORIES } from './alerts/stories.ts'
import { tell } from './alerts/tell.ts'

const folder = await makeTempFolder()
let scene: Scene

beforeAll(async () => {
  scene = await openScene(`${folder.path}/data`)
})
afterAll(async () => {
  await scene.close()
  await folder.remove()
})

test.each(STORIES)('$name: one incident, told, taken and over', async (story) => {
  const { pages, mails, incidents } = await tell(scene, story)
  const actions = pages.map(({ event_action: action }) => action)
  // An hour later nobody may have it any more, and then people are told again; but of the same incident.
  expect([actions[0], actions[1], actions.at(-1)]).toEqual(['trigger', 'acknowledge', 'resolve'])
  expect(new Set(pages.map(({ dedup_key: key }) => key)).size).toBe(1)
  expect(incidents).toMatchObject([{ rule: story.rule, status: 'resolved' }])
  const [first, ...later] = mails
  expect(first?.in_reply_to).toBeNull()
  expect(later.length).toBeGreaterThan(0)
})
