import { afterAll, beforeAll, describe, test } from 'vitest'
import { lacks } from '#core/testing/lacks.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { openWatched, SECOND_STORIES, type Watched } from './alerts/second-path.ts'

describe.skipIf(lacks('prometheus', 'prometheus-alertmanager'))('the second path tells once', () => {
  let folder: Awaited<ReturnType<typeof makeTempFolder>>
  let watched: Watched

  beforeAll(async () => {
    folder = await makeTempFolder()
    watched = await openWatched(`${folder.path}/data`)
  })
  afterAll(async () => {
    await watched.close()
    await folder.remove()
  })

  // Each story throws where people hear too much, too little or too late.
  test.each(SECOND_STORIES)('$name', async ({ name, play }) => {
    process.stderr.write(`second path: ${name}: ${await play(watched)}\n`)
  })
})
