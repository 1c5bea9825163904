/**
 * `npm run planted -- --seeds 5 [--first 1] [--doubts JSON] [--each-doubt]`: plants facts in a shop that trades for two weeks, and
 * shows what the reconciler made of them, seed by seed; with `--each-doubt` once more for each other reading of Stripe's
 * documents, one at a time. Exit 0 when every fact was found once, as what it is, and nothing else.
 */
import { Command } from 'commander'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { OTHER_READINGS } from './doubts.ts'
import { prove, type Proof } from './proof.ts'
import { faultsOf, tableOf } from './table.ts'

const program = new Command('planted')
  .option('--seeds <n>', 'how many', '5')
  .option('--first <n>', 'the first seed', '1')
  .option('--doubts <json>', 'switches of the sandbox', '{}')
  .option('--each-doubt', "each seed once for each switch of the sandbox's, turned alone", false)

const options = program.parse().opts<{ seeds: string; first: string; doubts: string; eachDoubt: boolean }>()
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const readings: readonly object[] = options.eachDoubt
  ? Object.entries(OTHER_READINGS).map(([name, value]) => ({ [name]: value }))
  : [JSON.parse(options.doubts) as object]
const seeds = Array.from({ length: Number(options.seeds) }, (_none, nth) => Number(options.first) + nth)
const proofs: Proof[] = []

const proveOne = async (seed: number, doubts: object): Promise<void> => {
  const folder = await makeTempFolder()
  try {
    const proof = await prove(seed, `${folder.path}/data`, doubts, say)
    proofs.push(proof)
    const { traded, seconds } = proof
    const faults = faultsOf(proof)
    say(`\nseed ${seed}, from ${traded.from}, ${traded.sales} sales, ${traded.rows} rows, ${seconds} s`)
    say(
      `with ${JSON.stringify(doubts)}: ${faults.length === 0 ? 'all found, nothing else' : 'NOT as planted'}`,
    )
    say(tableOf([proof]))
    for (const fault of faults) say(fault)
  } finally {
    await folder.remove()
  }
}

for (const doubts of readings) for (const seed of seeds) await proveOne(seed, doubts)
process.stdout.write(`\nall ${proofs.length} seeds\n${tableOf(proofs)}\n`)
process.exitCode = proofs.flatMap(faultsOf).length === 0 ? 0 : 1
