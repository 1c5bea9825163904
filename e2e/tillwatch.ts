import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../bin/tillwatch', import.meta.url))

/** What a finished command left behind. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const launch = (args: readonly string[], settings: Readonly<Record<string, string>> = {}): ChildProcess =>
  // Nothing else is set: what a new user has. The working folder is not the repository.
  spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings },
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const collect = (child: ChildProcess) => {
  const texts = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()))
  return texts
}

/** Runs a command to its end. */
export const tillwatch = async (...args: string[]): Promise<Finished> => {
  const child = launch(args)
  const texts = collect(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...texts }
}

/** A platform in a process of its own, ready. */
export interface RunningPlatform {
  readonly url: string
  readonly sandboxUrl: string
  readonly pid: number
  readonly printed: () => string
  token(role: string): Promise<string>
  /** Sends a signal and answers the exit code once the process is gone. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Waits until `condition` gives a value; fails with `what` after 60 s. */
export const eventually = async <T>(what: string, condition: () => Promise<T | undefined>): Promise<T> => {
  for (let waited = 0; waited < 60_000; waited += 50) {
    const value = await condition().catch(() => undefined)
    if (value !== undefined) return value
    await pause(50)
  }
  throw new Error(`never happened: ${what}`)
}

const readyAt = async (data: string, pid: number | undefined) => {
  const owner = Number(await readFile(join(data, 'tillwatch.pid'), 'utf8'))
  if (owner !== pid) return undefined
  const running = JSON.parse(await readFile(join(data, 'running.json'), 'utf8')) as {
    url: string
    sandboxUrl: string
  }
  return (await fetch(`${running.url}/readyz`)).ok ? running : undefined
}

/** Starts the platform on a data folder and waits until it is ready. */
export const startPlatform = async (data: string, ...args: string[]): Promise<RunningPlatform> =>
  startPlatformWith({}, data, ...args)

/** The same with settings in the environment. */
export const startPlatformWith = async (
  settings: Readonly<Record<string, string>>,
  data: string,
  ...args: string[]
): Promise<RunningPlatform> => {
  const child = launch(['start', '--data', data, '--port', '0', ...args], settings)
  const texts = collect(child)
  const exited = once(child, 'exit') as Promise<[number | null]>
  const early = exited.then(([code]) => {
    throw new Error(`start ended with ${code}: ${texts.stdout}${texts.stderr}`)
  })
  const running = await Promise.race([
    early,
    eventually('the platform is ready', () => readyAt(data, child.pid)),
  ])
  early.catch(() => undefined)
  return {
    ...running,
    pid: child.pid ?? 0,
    printed: () => texts.stdout,
    token: async (role) => (await readFile(join(data, 'tokens', role), 'utf8')).trim(),
    end: async (signal) => {
      child.kill(signal)
      const [code] = await exited
      return code
    },
  }
}

/** Calls the platform's API as a role; answers status and document. */
export const call = async (
  platform: RunningPlatform,
  role: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const response = await fetch(`${platform.url}/payments/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await platform.token(role)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}
