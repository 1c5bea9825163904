import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { createServer as createHttp } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generatedFiles } from '../generated-files.ts'
import type { SecondPath } from '../second-path.ts'

const BINARIES = ['prometheus', 'promtool', 'prometheus-alertmanager', 'amtool'] as const

/** Debian's binaries of the second path that are not on this machine. */
export const missingBinaries = (): string[] =>
  BINARIES.filter((name) => spawnSync(name, ['--version']).error !== undefined)

/** Runs a tool to its end; throws with what it said when it refuses. */
export const runTool = (name: (typeof BINARIES)[number], args: readonly string[]): string =>
  execFileSync(name, [...args], { encoding: 'utf8', stdio: 'pipe' })

/** A free port of this machine, free until somebody takes it. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Asks again and again until the answer is not undefined; throws after the deadline. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  withinMs = 60_000,
): Promise<T> => {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(50)
  }
  throw new Error(`Waited in vain for ${what}`)
}

/** Writes the generated files into a new folder; answers where they are. */
export const writeGenerated = (path?: SecondPath): { folder: string; remove(): void } => {
  const folder = mkdtempSync(join(tmpdir(), 'second-path-'))
  for (const [file, text] of generatedFiles(path)) {
    const target = join(folder, basename(dirname(file)), basename(file))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A process of this test, stopped by its own id. */
export const startServer = (name: (typeof BINARIES)[number], args: readonly string[]) => {
  const child = spawn(name, [...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-20_000)
  })
  return {
    said: () => said,
    stop: async (): Promise<void> => {
      if (child.exitCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A metrics endpoint whose figures the test moves; without figures it answers 503, as a process that is gone. */
export const startFigures = async () => {
  const state: { figures: Record<string, number> | null } = { figures: {} }
  const server = createHttp((_request, response) => {
    const { figures } = state
    if (figures === null) return response.writeHead(503).end()
    const lines = Object.entries(figures).map(([series, value]) => `${series} ${value}\n`)
    return response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(lines.join(''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    target: `127.0.0.1:${port}`,
    close: async () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  })
}
