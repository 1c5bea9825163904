/**
 * `npm run planted -- --seeds 5 [--first 1] [--doubts JSON]`: plants facts in a shop that trades for two weeks, and shows what
 * the reconciler made of them, seed by seed. Exit 0 when every fact was found once, as what it is, and nothing else.
 */
import { Command } from 'commander'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { prove, type Proof } from './proof.ts'
import { faultsOf, tableOf } from './table.ts'

const program = new Command('planted')
  .option('--seeds <n>', 'how many', '5')
  .option('--first <n>', 'the first seed', '1')
  .option('--doubts <json>', 'switches of the sandbox', '{}')

const options = program.parse().opts<{ seeds: string; first: string; doubts: string }>()
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const proofs: Proof[] = []
for (let nth = 0; nth < Number(options.seeds); nth += 1) {
  const folder = await makeTempFolder()
  const doubts = JSON.parse(options.doubts) as object
  try {
    const proof = await prove(Number(options.first) + nth, `${folder.path}/data`, doubts, say)
    proofs.push(proof)
    const { seed, traded, seconds } = proof
    say(`\nseed ${seed}, from ${traded.from}, ${traded.sales} sales, ${traded.rows} rows, ${seconds} s`)
    say(tableOf([proof]))
    for (const fault of faultsOf(proof)) say(fault)
  } finally {
    await folder.remove()
  }
}
process.stdout.write(`\nall ${proofs.length} seeds\n${tableOf(proofs)}\n`)
process.exitCode = proofs.flatMap(faultsOf).length === 0 ? 0 : 1
