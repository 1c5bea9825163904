import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Runs `script` of this folder as a process of its own until it tells, as JSON on its standard output, what it started;
 * hands that to `use`, and then kills the process with SIGKILL.
 */
export async function runThenKill<Told>(
  script: string,
  args: readonly string[],
  use: (told: Told) => Promise<void>,
): Promise<Told> {
  const tsx = createRequire(import.meta.url).resolve('tsx')
  const file = fileURLToPath(new URL(script, import.meta.url))
  const parent = spawn(process.execPath, ['--import', tsx, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise((resolve) => parent.once('exit', resolve))
  try {
    const told = await new Promise<Told>((resolve, reject) => {
      parent.stdout.once('data', (data: Buffer) => resolve(JSON.parse(data.toString()) as Told))
      parent.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)))
    })
    await use(told)
    return told
  } finally {
    parent.kill('SIGKILL')
    await gone
  }
}
