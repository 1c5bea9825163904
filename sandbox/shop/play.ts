/**
 * Plays a till's tickets through the gateway:
 * `node --import tsx sandbox/shop/play.ts --gateway URL --sandbox URL --tickets FILE --prices FILE [--speed N|max]
 * [--seed N] [--faults NAME] [--till ID] [--zone ZONE]`, token in TILLWATCH_TOKEN. `--check` only reads the files and prints what is in them.
 * One JSON document on standard output; exit 0 done, 2 wrong use (nothing was played), 3 could not.
 */
import { readFileSync } from 'node:fs'
import { readPlayArguments } from './arguments.ts'
import type { PlayArguments } from './arguments.ts'
import { controlPlane } from './control-plane.ts'
import { readPrices } from './files/read-prices.ts'
import { readTickets } from './files/read-tickets.ts'
import { seededRandom } from './domain/seeded-random.ts'
import type { Ticket } from './domain/ticket.ts'
import { rfc3339, startOfDate } from './domain/zone-time.ts'
import { machineEnv, tokenOfEnvironment } from './env.ts'
import { gatewayClient } from './gateway-client.ts'
import { playMonth } from './play-month.ts'
import { endOfProcess } from './process-life.ts'
import { WrongUse } from './wrong-use.ts'

/** A till stops when the platform stays away longer than this. */
const patienceMs = 180_000

async function main(args: readonly string[], token: string | undefined): Promise<unknown> {
  const options = readPlayArguments(args)
  const tickets = ticketsOf(options)
  if (options.check) return summaryOf(tickets, options.zone)
  const { gateway: gatewayUrl, sandbox: sandboxUrl } = options
  if (gatewayUrl === undefined || sandboxUrl === undefined)
    throw new WrongUse('--gateway and --sandbox are needed')
  if (token === undefined || token === '') throw new WrongUse('TILLWATCH_TOKEN is not set')
  const env = machineEnv(seededRandom('play', options.seed))
  const signal = endOfProcess()
  const shared = { env, signal, patienceMs }
  const gateway = gatewayClient({ ...shared, url: gatewayUrl, token })
  const control = controlPlane({ ...shared, url: sandboxUrl })
  const { till: tillId, zone, speed, seed } = options
  const faults = options.faults === undefined ? null : { name: options.faults, seed }
  return playMonth({ ...shared, gateway, control }, { tickets, tillId, zone, speed, faults })
}

function ticketsOf(options: PlayArguments): readonly Ticket[] {
  const { tickets, bad } = readTickets(
    textOf(options.tickets, '--tickets'),
    readPrices(textOf(options.prices, '--prices')),
    options.zone,
  )
  if (bad.length > 0) {
    const names = { tickets: options.tickets, prices: options.prices }
    throw new WrongUse(bad.map((row) => `${names[row.file]}:${row.line}: ${row.reason}`).join('\n'))
  }
  if (tickets.length === 0) throw new WrongUse(`${options.tickets}: no tickets`)
  return tickets
}

function textOf(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new WrongUse(`${option}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** `start`: the beginning of the first ticket's date, where the clock of an empty data folder should stand. */
function summaryOf(tickets: readonly Ticket[], zone: string): unknown {
  const [first] = tickets
  const last = tickets.at(-1)
  if (first === undefined || last === undefined) return { tickets: 0 }
  return {
    tickets: tickets.length,
    start: rfc3339(startOfDate(first.date, zone)),
    first: rfc3339(first.atMs),
    last: rfc3339(last.atMs),
  }
}

try {
  const result = await main(process.argv.slice(2), tokenOfEnvironment())
  process.stdout.write(`${JSON.stringify(result)}\n`)
} catch (error) {
  process.stderr.write(`play: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof WrongUse ? 2 : 3
}
// Kept-alive connections and an open IPC channel must not hold a finished till.
if (process.connected) process.disconnect()
