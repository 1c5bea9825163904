import type { Command } from 'commander'
import { parseConfig, type Config } from '#core/config.ts'
import { TillwatchError } from '#core/errors.ts'
import { dataFolder, makeDataFolder, readIfThere, type DataFolder } from '../start/data-folder.ts'
import { findRunning } from '../start/folder-lock.ts'
import { startHere } from '../start/start-here.ts'

/** Exit codes of every command (architecture §3.3). */
export const EXIT = { done: 0, finding: 1, wrongUse: 2, couldNot: 3 } as const

/** Options that every command takes. */
export interface CommonOptions {
  readonly url?: string
  readonly port?: string
  readonly data?: string
  readonly json?: boolean
}

/** Adds `--url`, `--port`, `--data` and `--json`. */
export const withCommonOptions = (command: Command): Command =>
  command
    .option('--url <url>', 'address of a running platform')
    .option('--port <n>', 'port of a running platform on this machine, or the port to start on')
    .option('--data <dir>', 'data folder')
    .option('--json', 'one JSON document on standard output, nothing else there')

/** The configuration of the environment with the command's options on top. */
export const readConfig = (options: CommonOptions): Config =>
  parseConfig({
    ...process.env,
    ...(options.port === undefined ? {} : { TILLWATCH_PORT: options.port }),
    ...(options.data === undefined ? {} : { TILLWATCH_DATA: options.data }),
  })

/** A platform to talk to over HTTP. */
export interface Connection {
  readonly url: string
  readonly sandboxUrl: string | null
  readonly token: string
  readonly folder: DataFolder
  readonly config: Config
}

const tokenOf = async (folder: DataFolder): Promise<string> => {
  const token = await readIfThere(folder.cliTokenFile)
  if (token === undefined)
    throw new TillwatchError(
      'unauthenticated',
      `There is no token in ${folder.cliTokenFile}; start the platform once, or put one there.`,
    )
  return token.trim()
}

const addressOf = async (options: CommonOptions, folder: DataFolder) => {
  if (options.url !== undefined) return { url: options.url.replace(/\/$/, ''), sandboxUrl: null }
  return findRunning(folder)
}

/**
 * Runs `work` against the running platform of the data folder, or against one started for the duration of the command
 * (without the demo shop, on a free port).
 */
export const withPlatform = async <T>(
  options: CommonOptions,
  work: (connection: Connection) => Promise<T>,
  start: { clockStart?: Date } = {},
): Promise<T> => {
  const config = readConfig(options)
  const folder = dataFolder(config.TILLWATCH_DATA)
  const known = await addressOf(options, folder)
  if (known) return work({ ...known, token: await tokenOf(folder), folder, config })
  await makeDataFolder(folder)
  const here = await startHere({
    config: { ...config, TILLWATCH_PORT: Number(options.port ?? 0) },
    folder,
    clockStart: start.clockStart,
  })
  try {
    return await work({
      url: here.platform.url,
      sandboxUrl: here.platform.sandboxUrl,
      token: await tokenOf(folder),
      folder,
      config,
    })
  } finally {
    await here.stop()
  }
}

/** Prints one JSON document with `--json`, otherwise the lines. */
export const print = (options: CommonOptions, document: unknown, lines: readonly string[]): void => {
  process.stdout.write(options.json ? `${JSON.stringify(document)}\n` : `${lines.join('\n')}\n`)
}
