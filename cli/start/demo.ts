import { join } from 'node:path'
import { spawnChild } from '#core/engines/child.ts'
import { readIfThere, type DataFolder } from './data-folder.ts'
import type { Here } from './start-here.ts'

/** Days that the demo shop has behind it when a new user looks for the first time. */
export const DEMO_DAYS = 14

/** Starts the demo shop as a plain client of the gateway; answers what to tell the user. */
export const startDemo = async (here: Here, folder: DataFolder): Promise<string> => {
  const { platform, stack } = here
  if (platform.sandboxUrl === null) return ''
  const token = await readIfThere(join(folder.tokensDir, 'cashier'))
  const child = await spawnChild({
    entry: new URL('../../sandbox/shop/demo.ts', import.meta.url),
    name: 'demo shop',
    log: join(folder.logsDir, 'demo-shop.log'),
    args: [
      '--gateway',
      platform.url,
      '--sandbox',
      platform.sandboxUrl,
      '--zone',
      platform.deps.shop.account.zone,
      '--days',
      String(DEMO_DAYS),
    ],
    env: { TILLWATCH_TOKEN: (token ?? '').trim() },
  })
  stack.onStop('demo shop', () => child.stop())
  return `The demo shop trades here: its last ${DEMO_DAYS} days pass in the next minutes, then it sells in real time.`
}
