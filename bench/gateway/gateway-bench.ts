import { createToken } from '#core/access/tokens.ts'
import { spawnChild, type Child } from '#core/engines/child.ts'
import { openBenchDeps } from '../lib/bench-deps.ts'
import type { BenchStores } from '../lib/bench-stores.ts'
import { peakMemoryMb } from '../lib/machine-facts.ts'
import type { Bench, Goal, Sample, Side } from '../lib/report.ts'
import { ascending, percentile } from '../lib/stats.ts'
import { openTills, type Tills } from './till.ts'

const SECONDS = { full: 10, small: 1 }

const readOwnTimes = async (stripe: Child): Promise<Map<string, number>> => {
  const response = await fetch(`http://127.0.0.1:${stripe.port}/own-times`)
  return new Map((await response.json()) as [string, number][])
}

const rateSide = (tills: Tills, stripe: Child, perSecond: number, seconds: number): Side => ({
  name: `at ${perSecond}/s`,
  what:
    `POST /payments (one-line sale and card tender, captured), ${perSecond} a second at random moments; added = whole time at ` +
    "the till minus Stripe's own time of the same payment",
  units: {
    added_p50_ms: 'ms',
    added_p99_ms: 'ms',
    whole_p50_ms: 'ms',
    stripe_p50_ms: 'ms',
    taken: 'payments',
  },
  run: async (round) => {
    const taken = await tills.takePayments(`r${round}-${perSecond}`, perSecond, seconds)
    const own = await readOwnTimes(stripe)
    const added = ascending(
      taken.map(({ paymentId, wholeMs }) => wholeMs - (own.get(paymentId) ?? Number.NaN)),
    )
    const whole = ascending(taken.map(({ wholeMs }) => wholeMs))
    return {
      added_p50_ms: percentile(added, 0.5),
      added_p99_ms: percentile(added, 0.99),
      whole_p50_ms: percentile(whole, 0.5),
      stripe_p50_ms: percentile(ascending([...own.values()]), 0.5),
      taken: taken.length,
    }
  },
})

const atMost = (name: string, figure: string, goal: number): Goal => ({
  name,
  unit: 'ms',
  goal,
  sense: 'at_most',
  value: (samples: Readonly<Record<string, Sample>>) => samples['at 200/s']?.[figure] ?? Number.NaN,
})

/** A cashier's token, made as `tillwatch token` makes it. */
const makeToken = async (stores: BenchStores): Promise<string> => {
  const { deps, close } = await openBenchDeps({
    appUrl: stores.appUrl,
    folder: stores.folder,
    name: 'set-up',
  })
  const { token } = await createToken(deps.env, deps.db, { name: 'bench', role: 'cashier', tillId: null })
  await close()
  return token
}

/** What the gateway adds to Stripe's own time of a payment, at two rates of arrival. */
export const openGatewayBench = async (stores: BenchStores, small: boolean): Promise<Bench> => {
  const token = await makeToken(stores)
  const stripe = await spawnChild({
    name: 'Stripe stand-in',
    entry: new URL('stripe-stand-in.ts', import.meta.url),
  })
  const gateway = await spawnChild({
    name: 'bench gateway',
    entry: new URL('server.ts', import.meta.url),
    args: [
      ...['--url', stores.appUrl, '--folder', stores.folder],
      ...['--stripe', `http://127.0.0.1:${stripe.port}`],
    ],
  })
  const tills = openTills(`http://127.0.0.1:${gateway.port}`, token)
  const seconds = small ? SECONDS.small : SECONDS.full
  // Plans, connections and compiled code of a gateway that has just started are not what a till meets.
  await tills.takePayments('warm-up', 50, small ? 1 : 3)
  await readOwnTimes(stripe)
  return {
    name: 'gateway',
    about: [
      `Open loop, ${seconds} s a run, after a warm-up. Gateway, Stripe (a stand-in that answers after 50 ms), tills and`,
      'PostgreSQL are processes of their own. Everything between the till and Stripe counts as added, the SDK too.',
    ],
    sides: [rateSide(tills, stripe, 50, seconds), rateSide(tills, stripe, 200, seconds)],
    goals: [
      atMost('added at 200/s, p50', 'added_p50_ms', 5),
      atMost('added at 200/s, p99', 'added_p99_ms', 25),
    ],
    memoryMb: async () => ({ 'gateway process': await peakMemoryMb(gateway.pid) }),
    close: async () => {
      tills.close()
      await gateway.stop()
      await stripe.stop()
    },
  }
}
