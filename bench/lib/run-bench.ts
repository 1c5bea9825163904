import { openDatabase } from '#core/postgres/db.ts'
import { openStores, type BenchStores } from './bench-stores.ts'
import { readMachineFacts } from './machine-facts.ts'
import { reportOf, type Bench, type Report, type Sample } from './report.ts'

/** What one bench understands and others pass over. */
export interface BenchOptions {
  /** Rows of each side. */
  readonly rows?: number | undefined
  /** Events of the larger side. */
  readonly events?: number | undefined
  /** Peers to measure beside it; all of them when absent. */
  readonly peers?: readonly string[] | undefined
  say?(line: string): void
}

/** Opens a bench on stores of its own. `small`: only to see that it works, the figures mean nothing. */
export type OpenBench = (stores: BenchStores, small: boolean, options?: BenchOptions) => Promise<Bench>

const oneRound = async (bench: Bench, round: number, say: (line: string) => void) => {
  const samples: Record<string, Sample> = {}
  await bench.prepare?.()
  for (const side of bench.sides) {
    if (round >= (side.rounds ?? Number.POSITIVE_INFINITY)) continue
    const sample = await side.run(round)
    samples[side.name] = sample
    const figures = Object.entries(sample).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    say(`round ${round + 1} ${side.name}: ${figures.join(', ')}`)
  }
  return samples
}

/** Runs the sides in turn, round by round, so that what drifts drifts for all of them. `say` hears of each run. */
export const runBench = async (
  open: OpenBench,
  options: BenchOptions & { readonly runs: number; readonly small: boolean; say(line: string): void },
): Promise<Report> => {
  const stores = await openStores()
  try {
    const bench = await open(stores, options.small, options)
    try {
      const rounds: Record<string, Sample>[] = []
      for (let round = 0; round < options.runs; round += 1)
        rounds.push(await oneRound(bench, round, options.say))
      const db = openDatabase(stores.ownerUrl, 1)
      const machine = await readMachineFacts(db).finally(async () => db.close())
      const memory = await bench.memoryMb()
      return reportOf(bench, rounds, { small: options.small, at: new Date(Date.now()), machine, memory })
    } finally {
      await bench.close()
    }
  } finally {
    await stores.close()
  }
}
