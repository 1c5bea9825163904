import { parseArgs } from 'node:util'
import { CouldNot } from './lib/could-not.ts'
import { runBench } from './lib/run-bench.ts'
import { textOf } from './lib/report.ts'
import { BENCHES } from './benches.ts'

const USAGE = `usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json] [--runs N] [--small] [--rows N] [--events N] [--peers NAME,NAME]`

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
        rows: { type: 'string' },
        events: { type: 'string' },
        peers: { type: 'string' },
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
const rows = values.rows === undefined ? undefined : Number(values.rows)
if (rows !== undefined && !(Number.isInteger(rows) && rows >= 10_000 && rows % 10_000 === 0))
  wrongUse('--rows is a whole number of ten thousands')
const events = values.events === undefined ? undefined : Number(values.events)
if (events !== undefined && !(Number.isInteger(events) && events >= 4))
  wrongUse('--events is a whole number, 4 or more')
const peers = values.peers?.split(',').filter((peer) => peer !== '' && peer !== 'none')
if (open === undefined || rest.length > 0) wrongUse('name one bench')
else {
  const say = (line: string) => process.stderr.write(`${line}\n`)
  try {
    const report = await runBench(open, { runs, small: values.small, rows, events, peers, say })
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report))
  } catch (error) {
    say(error instanceof CouldNot ? error.message : String(error instanceof Error ? error.stack : error))
    process.exitCode = 3
  }
}
