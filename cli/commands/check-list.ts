import type { Command } from 'commander'
import { callApi } from './api-client.ts'
import { EXIT, print, withCommonOptions, withPlatform, type CommonOptions } from './shared.ts'

/** One line of the morning check or of the verification. */
interface Check {
  readonly name: string
  readonly status: 'ok' | 'finding' | 'failed' | 'not_configured'
  readonly detail: string
}

const MARKS: Readonly<Record<Check['status'], string>> = {
  ok: 'ok  ',
  finding: 'LOOK',
  failed: 'DOWN',
  not_configured: '-   ',
}

const addCheckList =
  (name: string, description: string, method: 'GET' | 'POST', path: string) =>
  (program: Command, exit: (code: number) => void): void => {
    const run = async (options: CommonOptions): Promise<number> =>
      withPlatform(options, async (connection) => {
        const { checks } = await callApi<{ checks: Check[] }>(connection, method, path)
        print(
          options,
          { checks },
          checks.map((check) => `${MARKS[check.status]}  ${check.name.padEnd(22)} ${check.detail}`),
        )
        if (checks.some((check) => check.status === 'failed')) return EXIT.couldNot
        return checks.some((check) => check.status === 'finding') ? EXIT.finding : EXIT.done
      })
    withCommonOptions(program.command(name).description(description)).action(async (options: CommonOptions) =>
      exit(await run(options)),
    )
  }

/** `tillwatch doctor`: the runbook's morning check (section 1), one line per dependency. */
export const addDoctor = addCheckList(
  'doctor',
  'the morning check: each dependency, one line',
  'GET',
  '/checks',
)

/** `tillwatch verify`: ledger, clearing ages, chains, Postgres against ClickHouse. */
export const addVerify = addCheckList(
  'verify',
  'prove the books: ledger, clearing, chains, ClickHouse',
  'POST',
  '/verify',
)
