import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { startOfBusinessDate } from '#core/business-date.ts'
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

/** A fresh sandbox begins at the midnight before the first ticket. */
const clockStartOf = async (tickets: string, zone: string): Promise<Date> => {
  const text = await readIfThere(resolve(tickets))
  if (text === undefined) throw new TillwatchError('query_invalid', `--tickets: there is no file ${tickets}`)
  const dates = text
    .split('\n')
    .slice(1)
    .map((line) => line.slice(0, 10))
    .filter((date) => /^\d{4}-\d{2}-\d{2}$/.test(date))
    .sort()
  if (dates[0] === undefined)
    throw new TillwatchError(
      'query_invalid',
      `--tickets: ${tickets} has no row of the form date,time,ticket,item`,
    )
  return startOfBusinessDate(dates[0], zone)
}

const playerArguments = (connection: Connection, options: PlayOptions, zone: string): string[] => [
  '--gateway',
  connection.url,
  '--sandbox',
  connection.sandboxUrl ?? connection.url,
  '--tickets',
  resolve(options.tickets),
  '--prices',
  resolve(options.prices),
  '--speed',
  options.speed,
  '--zone',
  zone,
  ...(options.seed === undefined ? [] : ['--seed', options.seed]),
  ...(options.till === undefined ? [] : ['--till', options.till]),
]

const play = async (connection: Connection, options: PlayOptions, zone: string): Promise<number> => {
  const token = await readIfThere(join(connection.folder.tokensDir, 'cashier'))
  if (token === undefined)
    throw new TillwatchError(
      'unauthenticated',
      'There is no cashier token in the data folder: play needs the sandbox.',
    )
  const child = spawn(
    process.execPath,
    ['--import', TSX, PLAYER, ...playerArguments(connection, options, zone)],
    {
      env: { PATH: process.env['PATH'], TILLWATCH_TOKEN: token.trim() },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? EXIT.couldNot
}

const run = async (options: PlayOptions): Promise<number> => {
  const zone = await zoneOf(options)
  const clockStart = await clockStartOf(options.tickets, zone)
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
    .option('--till <id>', 'till that sells')
    .action(async (options: PlayOptions) => exit(await run(options)))
}
