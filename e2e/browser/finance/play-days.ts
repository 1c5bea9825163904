import { fileURLToPath } from 'node:url'
import { tillwatch, type RunningPlatform } from '../../tillwatch.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))

/** Plays two days of a small shop into a data folder, until the last payout has arrived and each finished date is certified. */
export const playDays = async (data: string): Promise<void> => {
  const files = ['--tickets', fixture('finance-tickets.csv'), '--prices', fixture('prices.csv')]
  const { code, stderr } = await tillwatch('play', '--data', data, ...files, '--speed', 'max', '--json')
  if (code !== 0) throw new Error(`the days were not played: ${stderr}`)
}

/** Lets the sandbox's clock, which stands where the play ended, go on as a clock does. */
export const windClock = async (platform: RunningPlatform): Promise<void> => {
  const response = await fetch(`${platform.url}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ speed: 1 }),
  })
  if (!response.ok) throw new Error(`the clock stands: ${await response.text()}`)
}
