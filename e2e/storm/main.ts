/**
 * `npm run storm -- --tickets FILE --prices FILE [--faults default] [--kills 20] [--without poller|completer|inbox]
 * [--seed 1] [--data DIR] [--json]`: a month under fire. Exit 0 when nothing was lost and nobody was charged twice, else 1.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { findLosses } from './find-losses.ts'
import { runStorm } from './storm.ts'

interface Options {
  readonly tickets: string
  readonly prices: string
  readonly faults: string
  readonly kills: string
  readonly without?: string
  readonly seed: string
  readonly data?: string
  readonly json?: boolean
}

const program = new Command('storm')
  .requiredOption('--tickets <file>')
  .requiredOption('--prices <file>')
  .option('--faults <name>', 'named set of the sandbox', 'default')
  .option('--kills <n>', 'how often the platform is killed', '20')
  .option('--without <layer>', 'poller, completer or inbox')
  .option('--seed <n>', 'of the faults', '1')
  .option('--data <dir>', 'data folder; a fresh one below the temporary folder without it')
  .option('--json', 'the report as one JSON document on standard output')

const options = program.parse().opts<Options>()
const data = options.data ?? join(await mkdtemp(join(tmpdir(), 'tillwatch-storm-')), 'data')
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const report = await runStorm({
  ...{ tickets: options.tickets, prices: options.prices, data, faults: options.faults },
  ...{ seed: Number(options.seed), kills: Number(options.kills), say },
  ...(options.without === undefined ? {} : { without: options.without }),
})
const losses = findLosses(report)
process.stdout.write(`${JSON.stringify({ losses, ...report }, null, options.json ? 0 : 2)}\n`)
say(losses.length === 0 ? 'nothing was lost' : losses.join('\n'))
process.exitCode = losses.length === 0 ? 0 : 1
