import { Command, CommanderError } from 'commander'
import { codeOf, TillwatchError } from '#core/errors.ts'
import { addCertify } from './commands/certify.ts'
import { addDoctor, addVerify } from './commands/check-list.ts'
import { addLogs } from './commands/logs.ts'
import { addMigrate } from './commands/migrate.ts'
import { addPlay } from './commands/play.ts'
import { addReconcile } from './commands/reconcile.ts'
import { EXIT } from './commands/shared.ts'
import { addReport } from './commands/report.ts'
import { addReplay } from './commands/replay.ts'
import { addStart } from './commands/start.ts'
import { addToken } from './commands/token.ts'
import { addUser } from './commands/user.ts'

const COMMANDS = [
  addStart,
  addDoctor,
  addReconcile,
  addCertify,
  addReport,
  addReplay,
  addPlay,
  addVerify,
  addLogs,
  addMigrate,
  addToken,
  addUser,
]

/** Codes that mean the command was used wrongly rather than that it failed. */
const WRONG_USE = new Set(['config_invalid', 'query_invalid', 'not_found', 'data_folder_busy'])

const say = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse
  const code = codeOf(error)
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`tillwatch: ${text}\n`)
  if (!(error instanceof TillwatchError) && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`)
  return WRONG_USE.has(code) ? EXIT.wrongUse : EXIT.couldNot
}

/** Runs one command line; answers the exit code: 0 done, 1 a finding, 2 wrong use, 3 could not. */
export const main = async (argv: readonly string[]): Promise<number> => {
  let code: number = EXIT.done
  const program = new Command('tillwatch')
    .description("Watches a shop's card payments and proves them to the cent")
    .exitOverride()
    .showHelpAfterError()
  for (const add of COMMANDS) add(program, (exit) => (code = exit))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    return say(error)
  }
}
