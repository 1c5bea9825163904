import { parseArgs } from 'node:util'
import { CouldNot } from './lib/could-not.ts'
import { runBench } from './lib/run-bench.ts'
import { textOf } from './lib/report.ts'
import { BENCHES } from './benches.ts'

const USAGE = `usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json] [--runs N] [--small]`

const wrongUse = (message: string): never => {
  process.stderr.write(`${message}\n${USAGE}\n`)
  process.exit(2)
}

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        runs: { type: 'string', default: '5' },
        small: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error))
  }
}

const { values, positionals } = readArguments()
const [name = '', ...rest] = positionals
const open = BENCHES[name]
const runs = Number(values.runs)
if (!Number.isInteger(runs) || runs < 1) wrongUse('--runs is a whole number, 1 or more')
if (open === undefined || rest.length > 0) wrongUse('name one bench')
else {
  const say = (line: string) => process.stderr.write(`${line}\n`)
  try {
    const report = await runBench(open, { runs, small: values.small, say })
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report))
  } catch (error) {
    say(error instanceof CouldNot ? error.message : String(error instanceof Error ? error.stack : error))
    process.exitCode = 3
  }
}
