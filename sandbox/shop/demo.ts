/**
 * The demo shop: `node --import tsx sandbox/shop/demo.ts --gateway URL --sandbox URL [--zone ZONE] [--seed N] [--days 14]`,
 * token in TILLWATCH_TOKEN. Lives its last days in fast time, then trades in real time until SIGTERM or until its parent is
 * gone. Says `{type:'ready', port: 0}` on IPC (it serves no port). Exit 0 stopped, 2 wrong use, 3 could not.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { readDemoArguments } from './arguments.ts'
import { controlPlane, ControlRefused } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { readMenu } from './files/demo-menu.ts'
import { seededRandom } from './domain/seeded-random.ts'
import { addDays, localAt, rfc3339, startOfDate } from './domain/zone-time.ts'
import { machineEnv, tokenOfEnvironment } from './env.ts'
import { gatewayClient, PlatformAway } from './gateway-client.ts'
import type { Gateway } from './gateway-client.ts'
import { WrongUse } from './wrong-use.ts'
import { endOfProcess, sayReady } from './process-life.ts'
import { trade } from './trade.ts'

const menuFile = new URL('data/demo-menu.csv', import.meta.url)
/** One customer waits this long for an answer; then the shop says so and tries again or serves the next. */
const patienceMs = 60_000
const defaultTills = ['till_1', 'till_2']

async function main(args: readonly string[], token: string | undefined, signal: AbortSignal): Promise<void> {
  const options = readDemoArguments(args)
  if (token === undefined || token === '') throw new WrongUse('TILLWATCH_TOKEN is not set')
  const { seed, zone, days } = options
  const env = machineEnv(seededRandom('demo-jitter', seed))
  const gateway = gatewayClient({ url: options.gateway, token, env, signal, patienceMs })
  const control = controlPlane({ url: options.sandbox, env, signal, patienceMs: Infinity })
  await beginHistory(control, zone, days)
  const tillIds = await tillsOf(gateway)
  const menu = readMenu(readFileSync(menuFile, 'utf8'))
  await trade({ env, gateway, control, signal }, { seed, zone, menu, tillIds }, sayReady)
}

/**
 * On a sandbox without objects whose clock nobody has set yet, puts the clock `days` dates back. Whoever starts the
 * sandbox may have set it already; a sandbox that was ever used refuses, and then there is no history to live.
 */
async function beginHistory(control: ControlPlane, zone: string, days: number): Promise<void> {
  const clock = await control.clock()
  const { objects } = await control.state()
  if (clock.speed !== 'machine' || objects > 0 || days === 0) return
  const begin = startOfDate(addDays(localAt(clock.now_ms, zone).date, -days), zone)
  try {
    await control.setClock({ now: rfc3339(begin), speed: 0 })
  } catch (error) {
    if (!(error instanceof ControlRefused)) throw error
  }
}

const tillsBody = z.object({ data: z.array(z.object({ id: z.string() })) })

async function tillsOf(gateway: Gateway): Promise<readonly string[]> {
  try {
    const answer = await gateway.get('/tills')
    const ids = tillsBody.safeParse(answer.body).data?.data.map((till) => till.id) ?? []
    return ids.length > 0 ? ids : defaultTills
  } catch (error) {
    if (!(error instanceof PlatformAway)) throw error
    return defaultTills
  }
}

const ended = endOfProcess()
try {
  await main(process.argv.slice(2), tokenOfEnvironment(), ended)
} catch (error) {
  if (!ended.aborted) {
    process.stderr.write(`demo shop: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof WrongUse ? 2 : 3
  }
}
if (process.connected) process.disconnect()
