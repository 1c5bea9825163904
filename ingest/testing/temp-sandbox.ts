import { spawnChild } from '#core/engines/child.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'

/** A Stripe sandbox of a test file's own, whose clock stands at `at`; `args` are further ones of its command line. */
export const startTempSandbox = async (
  at: Date,
  args: readonly string[] = [],
): Promise<{ url: string; stop: () => Promise<void> }> => {
  const folder = await makeTempFolder()
  const child = await spawnChild({
    name: 'Stripe sandbox',
    entry: new URL('../../sandbox/main.ts', import.meta.url),
    args: ['--data', folder.path, '--clock-start', at.toISOString(), ...args],
  })
  const url = `http://127.0.0.1:${child.port}`
  await fetch(`${url}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ speed: 0 }),
  })
  const stop = async () => {
    await child.stop()
    await folder.remove()
  }
  return { url, stop }
}
