import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { endProcess } from './processes.ts'
import type { Ended } from './processes.ts'

/** Of our own environment a child sees only these, so that a live key never reaches a process that needs none. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_EXTRA_CA_CERTS']
/** Resolved from here, not from the child's working folder. (`import.meta.resolve` is missing under vitest.) */
const TSX_LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const READY_WITHIN_MS = 60_000
const KILLED_WITHIN_MS = 5_000

/** A child of our own, ready to serve on `port`. */
export type Child = {
  port: number
  /** Further ports that it named in its ready message: `{smtpPort: 2525}`. */
  ports: Readonly<Record<string, number>>
  pid: number
  /** SIGTERM, then SIGKILL after `graceMs` (default 10 s). */
  stop: (graceMs?: number) => Promise<void>
  exited: Promise<Ended>
}

/** What a child is started with. */
export type ChildOptions = {
  /** TypeScript file to run. */
  entry: string | URL
  args?: readonly string[]
  /** Added to PATH, HOME, TMPDIR, LANG and TZ=UTC; nothing else is inherited. */
  env?: Readonly<Record<string, string>>
  /** For messages: "Stripe sandbox". */
  name: string
  /** Called once when a child that was ready ends; `wanted` tells whether stop() asked for it. */
  onExit?: (ended: Ended & { wanted: boolean }) => void
  /** File to which its output is appended; without it, output goes where ours goes. */
  log?: string
  cwd?: string
}

/**
 * Starts a TypeScript file as a Node process with an IPC channel and waits for its message `{type:'ready', port}`. The child
 * has to exit on SIGTERM and when the channel disconnects. It stands in its own process group, so that Ctrl-C reaches us
 * alone and we stop it in our order. Throws with the end of its output when it ends before it is ready.
 */
export async function spawnChild(options: ChildOptions): Promise<Child> {
  const logFrom = options.log === undefined ? 0 : await prepareLog(options.log)
  const process_ = launch(options)
  let ended = false
  let wanted = false
  const exited = new Promise<Ended>((resolve) => {
    process_.once('exit', (code, signal) => {
      ended = true
      resolve({ code, signal })
    })
  })
  const end = async (graceMs: number) => {
    wanted = true
    if (ended || process_.pid === undefined) return
    await endProcess(process_.pid, [
      { signal: 'SIGTERM', withinMs: graceMs },
      { signal: 'SIGKILL', withinMs: KILLED_WITHIN_MS },
    ])
    await exited
  }
  let ready: Ready
  try {
    ready = await waitForReady(process_, options.name)
  } catch (error) {
    await end(0)
    throw new Error(`${String(error)}${await readTail(options.log, logFrom)}`, { cause: error })
  }
  void exited.then((how) => options.onExit?.({ ...how, wanted }))
  const { type: _type, port, ...others } = ready
  const ports = Object.fromEntries(Object.entries(others).filter(isPort))
  return { port, ports, pid: process_.pid ?? 0, stop: (graceMs = 10_000) => end(graceMs), exited }
}

function launch(options: ChildOptions): ChildProcess {
  const entry = options.entry instanceof URL ? fileURLToPath(options.entry) : options.entry
  const out = options.log === undefined ? ('inherit' as const) : openSync(options.log, 'a', 0o600)
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  // The loader is named by its own address, so the child's working folder does not matter.
  const child = spawn(process.execPath, ['--import', TSX_LOADER, entry, ...(options.args ?? [])], {
    cwd: options.cwd ?? '/',
    detached: true,
    env: { ...Object.fromEntries(inherited), TZ: 'UTC', ...options.env },
    stdio: ['ignore', out, out, 'ipc'],
  })
  if (typeof out === 'number') closeSync(out)
  return child
}

type Ready = { type: 'ready'; port: number }

const isPort = (entry: [string, unknown]): entry is [string, number] => typeof entry[1] === 'number'

function waitForReady(child: ChildProcess, name: string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(READY_WITHIN_MS)
    deadline.addEventListener('abort', () =>
      reject(new Error(`${name} is not ready after ${READY_WITHIN_MS / 1000} s`)),
    )
    child.once('error', (error) => reject(new Error(`${name} does not start: ${error.message}`)))
    child.once('exit', (code, signal) =>
      reject(new Error(`${name} ended before it was ready (${signal ?? code})`)),
    )
    child.on('message', (message: unknown) => {
      if (isReady(message)) resolve(message)
    })
  })
}

function isReady(message: unknown): message is Ready {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'ready' &&
    'port' in message &&
    typeof message.port === 'number'
  )
}

async function prepareLog(file: string): Promise<number> {
  await mkdir(dirname(file), { recursive: true })
  return await stat(file).then(
    (found) => found.size,
    () => 0,
  )
}

async function readTail(file: string | undefined, from: number): Promise<string> {
  if (file === undefined) return ''
  const text = (await readFile(file)).subarray(from).toString('utf8').trim()
  return text === '' ? '' : `:\n${text.slice(-2_000)}`
}
