import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { z } from 'zod'
import { TillwatchError } from '#core/errors.ts'
import { parseShop } from '#core/shop.ts'
import {
  EXIT,
  readConfig,
  withCommonOptions,
  withPlatform,
  type CommonOptions,
  type Connection,
} from './shared.ts'
import { dataFolder, readIfThere } from '../start/data-folder.ts'

interface PlayOptions extends CommonOptions {
  readonly tickets: string
  readonly prices: string
  readonly speed: string
  readonly seed?: string
  readonly faults?: string
  readonly till?: string
}

const PLAYER = fileURLToPath(new URL('../../sandbox/shop/play.ts', import.meta.url))
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const DEMO_SHOP = new URL('../demo-shop.yaml', import.meta.url)

const zoneOf = async (options: CommonOptions): Promise<string> => {
  const config = readConfig(options)
  const own = await readIfThere(config.TILLWATCH_SHOP_FILE ?? dataFolder(config.TILLWATCH_DATA).shopFile)
  return parseShop(own ?? (await readFile(DEMO_SHOP, 'utf8'))).account.zone
}

const checkedSchema = z.object({ start: z.iso.datetime() })

/** Has the player read both files; answers the instant at which a fresh sandbox begins, or the exit code of its refusal. */
const checkFiles = async (options: PlayOptions, zone: string): Promise<Date | number> => {
  const { code, stdout } = await runPlayer([...fileArguments(options, zone), '--check'], {}, 'pipe')
  return code === EXIT.done ? new Date(checkedSchema.parse(JSON.parse(stdout)).start) : code
}

/** Runs the player to its end; with `pipe` its standard output is answered instead of shown. */
const runPlayer = async (
  args: readonly string[],
  env: Record<string, string>,
  output: 'pipe' | 'inherit',
) => {
  const child = spawn(process.execPath, ['--import', TSX, PLAYER, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', output, 'inherit'],
  })
  let stdout = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? EXIT.couldNot, stdout }
}

const fileArguments = (options: PlayOptions, zone: string): string[] => [
  '--tickets',
  resolve(options.tickets),
  '--prices',
  resolve(options.prices),
  '--zone',
  zone,
]

const play = async (connection: Connection, options: PlayOptions, zone: string): Promise<number> => {
  const token = await readIfThere(join(connection.folder.tokensDir, 'cashier'))
  if (token === undefined) {
    throw new TillwatchError(
      'unauthenticated',
      'There is no cashier token in the data folder: play needs the sandbox.',
    )
  }
  const where = [
    '--gateway',
    connection.url,
    '--sandbox',
    connection.sandboxUrl ?? connection.url,
    '--speed',
    options.speed,
  ]
  const given = (['seed', 'faults', 'till'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [`--${name}`, options[name]],
  )
  const args = [...fileArguments(options, zone), ...where, ...given]
  return (await runPlayer(args, { TILLWATCH_TOKEN: token.trim() }, 'inherit')).code
}

const run = async (options: PlayOptions): Promise<number> => {
  const zone = await zoneOf(options)
  const clockStart = await checkFiles(options, zone)
  if (typeof clockStart === 'number') return clockStart
  return withPlatform(options, async (connection) => play(connection, options, zone), { clockStart })
}

/** `tillwatch play`: a till's tickets through the HTTP gateway until the last payout has arrived. */
export const addPlay = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(
    program.command('play').description("play a till's tickets through the gateway, in the sandbox"),
  )
    .requiredOption('--tickets <file>', 'CSV date,time,ticket,item')
    .requiredOption('--prices <file>', 'CSV item,unit_price_minor,currency')
    .option('--speed <n>', 'times machine speed, or max', 'max')
    .option('--seed <n>', 'seed of everything drawn')
    .option('--faults <name>', "named set of the sandbox's faults, see docs/faults.md")
    .option('--till <id>', 'till that sells')
    .action(async (options: PlayOptions) => exit(await run(options)))
}
