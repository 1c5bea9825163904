import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** How often a condition is asked again. Short, because starting an engine is what a user waits for. */
const POLL_MS = 10

/** How a process ended; exactly one of the two is set. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null }

/** True while `pid` runs, also when it belongs to another user. A zombie that nobody collects (PID 1 of a container) has ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // "pid (name) state ...": the name may itself hold a bracket.
    return !/^ [ZX]/.test(line.slice(line.lastIndexOf(')') + 1))
  } catch {
    return process.platform !== 'linux'
  }
}

/**
 * Asks `condition` again and again until it is true or `withinMs` of machine time have passed.
 * Answers whether it became true; what `condition` throws is passed on.
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  const deadline = performance.now() + withinMs
  for (;;) {
    if (await condition()) return true
    if (performance.now() >= deadline) return false
    await pause(POLL_MS)
  }
}

/** Sends the signals one after the other, each with its time to work, until `pid` is gone. False: it still lives. */
export async function endProcess(
  pid: number,
  steps: readonly { signal: NodeJS.Signals; withinMs: number }[],
): Promise<boolean> {
  for (const step of steps) {
    if (!isAlive(pid)) return true
    try {
      process.kill(pid, step.signal)
    } catch {
      // Gone between the question and the signal, or not ours: the wait below tells which.
    }
    if (await waitUntil(() => !isAlive(pid), step.withinMs)) return true
  }
  return !isAlive(pid)
}

/**
 * True when `pid` was started with `word` among its arguments: how a process of a former run is told from another program
 * that got its number. Read from /proc, which shows it to every user, or from ps where there is no /proc.
 */
export async function wasStartedWith(pid: number, word: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').includes(word)
  } catch {
    if (process.platform === 'linux') return false
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return ` ${stdout.trim()} `.includes(` ${word} `)
}

/** `path` with all symbolic links followed, also when its last part does not exist yet; its folder is made. */
export async function settlePath(path: string): Promise<string> {
  await mkdir(dirname(resolve(path)), { recursive: true })
  return await realpath(path).catch(async () => join(await realpath(dirname(resolve(path))), basename(path)))
}

/** A TCP port that was free on 127.0.0.1 a moment ago; another program may still take it first. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address !== null && typeof address === 'object' ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
