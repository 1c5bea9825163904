import { median, spreadOf, type Spread } from './stats.ts'
import type { MachineFacts } from './machine-facts.ts'

/** What one run of one side came to, figure by figure. */
export type Sample = Readonly<Record<string, number>>

/** One side of a comparison. */
export interface Side {
  readonly name: string
  /** What exactly is done, in words. */
  readonly what: string
  /** Unit of every figure of its samples. */
  readonly units: Readonly<Record<string, string>>
  /** Rounds in which it runs, the first ones, when it is too slow for all of them. */
  readonly rounds?: number
  /** One measured run. */
  run(round: number): Promise<Sample>
}

/** Something that a bench must reach. `runs` are the values of the rounds. */
export interface Goal {
  readonly name: string
  readonly unit: string
  readonly goal: number
  readonly sense: 'at_least' | 'at_most'
  value(samples: Readonly<Record<string, Sample>>): number
}

/** A bench as `main.ts` runs it. */
export interface Bench {
  readonly name: string
  /** What is measured and what it is compared with. */
  readonly about: readonly string[]
  readonly sides: readonly Side[]
  readonly goals: readonly Goal[]
  /** Runs before each round and is not measured: brings what it compares into memory, which a peer's run may have pushed out. */
  prepare?(): Promise<void>
  /** Peak resident memory of our own processes in MB, asked once at the end. */
  memoryMb(): Promise<Readonly<Record<string, number | null>>>
  close(): Promise<void>
}

/** The answer of a bench: one JSON document. */
export interface Report {
  readonly bench: string
  readonly measured_at: string
  readonly rounds: number
  readonly small: boolean
  readonly about: readonly string[]
  readonly sides: readonly {
    readonly name: string
    readonly what: string
    readonly figures: Readonly<Record<string, Spread & { readonly unit: string }>>
  }[]
  readonly goals: readonly (Spread & {
    readonly name: string
    readonly unit: string
    readonly goal: number
    readonly sense: Goal['sense']
    readonly met: boolean
  })[]
  readonly peak_memory_mb: Readonly<Record<string, number | null>>
  readonly machine: MachineFacts
}

type Rounds = readonly Readonly<Record<string, Sample>>[]

/** Rounds in which a side did not run say nothing. */
const known = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value))

const figuresOf = (side: Side, rounds: Rounds) =>
  Object.fromEntries(
    Object.entries(side.units).map(([figure, unit]) => [
      figure,
      { unit, ...spreadOf(known(rounds.map((round) => round[side.name]?.[figure] ?? Number.NaN))) },
    ]),
  )

const goalOf = (goal: Goal, rounds: Rounds) => {
  const values = known(rounds.map((round) => goal.value(round)))
  const reached = median(values)
  const met = goal.sense === 'at_least' ? reached >= goal.goal : reached <= goal.goal
  const { name, unit, sense } = goal
  return { name, unit, sense, goal: goal.goal, met, ...spreadOf(values) }
}

/** Puts rounds together. A ratio is taken within each round, then its median over them. */
export const reportOf = (
  bench: Bench,
  rounds: Rounds,
  facts: {
    readonly small: boolean
    readonly at: Date
    readonly machine: MachineFacts
    readonly memory: Report['peak_memory_mb']
  },
): Report => ({
  bench: bench.name,
  measured_at: facts.at.toISOString(),
  rounds: rounds.length,
  small: facts.small,
  about: bench.about,
  sides: bench.sides.map((side) => ({
    name: side.name,
    what: side.what,
    figures: figuresOf(side, rounds),
  })),
  goals: bench.goals.map((goal) => goalOf(goal, rounds)),
  peak_memory_mb: facts.memory,
  machine: facts.machine,
})

const SENSE = { at_least: '>=', at_most: '<=' } as const

/** A report for people. */
export const textOf = (report: Report): string => {
  const lines = [
    `${report.bench}: ${report.rounds} interleaved rounds${report.small ? ', small' : ''}`,
    ...report.about,
    '',
  ]
  for (const side of report.sides) {
    lines.push(`${side.name}: ${side.what}`)
    for (const [figure, { median: middle, min, max, unit }] of Object.entries(side.figures))
      lines.push(`  ${figure.padEnd(22)} ${middle} ${unit}  (${min} to ${max})`)
  }
  lines.push('', 'Goals (median over the rounds, each ratio within one round)')
  for (const { name, unit, median: middle, min, max, goal, sense, met } of report.goals)
    lines.push(
      `  ${met ? 'met   ' : 'MISSED'} ${name}: ${middle} ${unit} (${min} to ${max}), goal ${SENSE[sense]} ${goal}`,
    )
  lines.push('', 'Peak memory')
  for (const [name, mb] of Object.entries(report.peak_memory_mb))
    lines.push(`  ${name}: ${mb === null ? 'this system does not tell' : `${mb} MB`}`)
  const { cores, memory_gb: memory, node, postgres, fsync, platform } = report.machine
  lines.push(
    '',
    `${platform}, ${cores} cores, ${memory} GB, Node ${node}, PostgreSQL ${postgres} with fsync ${fsync}`,
  )
  return `${lines.join('\n')}\n`
}
