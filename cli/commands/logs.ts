import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { TillwatchError } from '#core/errors.ts'
import { EXIT, readConfig, withCommonOptions, type CommonOptions } from './shared.ts'
import { dataFolder } from '../start/data-folder.ts'

interface LogsOptions extends CommonOptions {
  readonly level?: string
  readonly since?: string
}

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

const facts = (line: Record<string, unknown>): string =>
  Object.entries(line)
    .filter(([key]) => !['level', 'time', 'msg', 'component', 'err'].includes(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')

const pretty = (line: Record<string, unknown>): string => {
  const error = line['err'] as { message?: string } | undefined
  const text = [
    line['time'],
    String(line['level']).padEnd(5),
    line['component'] ?? '',
    line['msg'] ?? '',
    facts(line),
    error?.message ?? '',
  ]
  return text.filter((part) => part !== '').join('  ')
}

const parseLine = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // The last line may be half-written, and PostgreSQL writes plain text: such a line is shown as it is.
    return undefined
  }
}

const run = async (name: string, options: LogsOptions): Promise<number> => {
  const file = join(
    dataFolder(readConfig(options).TILLWATCH_DATA).logsDir,
    `${name.replace(/\.log$/, '')}.log`,
  )
  if (!/^[a-z-]+$/.test(name) || !existsSync(file))
    throw new TillwatchError('not_found', `There is no log ${name} here.`)
  const lowest = LEVELS.indexOf((options.level ?? 'debug').toUpperCase())
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const line = parseLine(text)
    if (
      line &&
      (LEVELS.indexOf(String(line['level'])) < lowest || String(line['time']) < (options.since ?? ''))
    )
      continue
    process.stdout.write(`${options.json || !line ? text : pretty(line)}\n`)
  }
  return EXIT.done
}

/** `tillwatch logs [name]`: the runbook's log review (section 4). */
export const addLogs = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(
    program
      .command('logs')
      .description('show a log: tillwatch, payments, webhooks, reconciler, postgres, sandbox'),
  )
    .argument('[name]', 'which log', 'tillwatch')
    .option('--level <level>', 'this level and worse')
    .option('--since <instant>', 'lines from this RFC 3339 instant on')
    .action(async (name: string, options: LogsOptions) => exit(await run(name, options)))
}
