import { DEMO_PASSWORD, demoLines } from '../../access/demo-people.ts'
import { join, relative } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { isLive, type Config } from '#core/config.ts'
import { TillwatchError } from '#core/errors.ts'
import { systemClock } from '#core/system-env.ts'
import { readConfig, withCommonOptions, type CommonOptions } from './shared.ts'
import {
  dataFolder,
  makeDataFolder,
  readIfThere,
  writePrivate,
  type DataFolder,
} from '../start/data-folder.ts'
import { DEMO_DAYS, startDemo } from '../start/demo.ts'
import { SERVICE_NAMES, type ServiceName } from '../start/services.ts'
import { startHere, type Here } from '../start/start-here.ts'

const demoSchema = z.object({ begun: z.iso.datetime() })

interface StartCommandOptions extends CommonOptions {
  readonly demo: boolean
  readonly clockStart?: string
}

/** The instant at which the clock of a sandbox without objects begins. */
const clockStartOf = ({ clockStart }: StartCommandOptions): Date | undefined => {
  if (clockStart === undefined) return undefined
  const parsed = z.iso.datetime({ offset: true }).safeParse(clockStart)
  if (!parsed.success)
    throw new TillwatchError(
      'config_invalid',
      '--clock-start: must be an instant such as 2016-10-30T00:00:00Z',
    )
  return new Date(parsed.data)
}

const servicesOf = (names: readonly string[]): readonly ServiceName[] => {
  const wrong = names.filter((name) => !(SERVICE_NAMES as readonly string[]).includes(name))
  if (wrong.length > 0)
    throw new TillwatchError(
      'config_invalid',
      `unknown service ${wrong.join(', ')}; there are ${SERVICE_NAMES.join(', ')}`,
    )
  return names.length === 0 ? SERVICE_NAMES : (names as ServiceName[])
}

/** Resolves with the reason to end: a signal, or a part that is gone. */
const untilTold = async (here: Here): Promise<Error | undefined> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(undefined))
    void here.stack.failed.then(resolve)
  })

/** Where messages can be read that were sent to nobody real. */
const sinkLines = (config: Config, { url, sandboxUrl }: Here['platform']): string[] => [
  ...(sandboxUrl === null || config.SMTP_URL ? [] : [`  Mail              ${url}/_sandbox/mail`]),
  ...(sandboxUrl === null || config.PAGERDUTY_ROUTING_KEY
    ? []
    : [`  Pager             ${url}/_sandbox/pages`]),
]

/** Who can log in: the sandbox's ready accounts, or how to make the first one. */
const accountLines = ({ sandboxUrl, setupToken, url }: Here['platform']): string[] => {
  if (sandboxUrl !== null)
    return [
      `  Log-ins           password ${DEMO_PASSWORD}; the log-in page shows the code that their authenticator would`,
      ...demoLines().map((line) => `    ${line}`),
    ]
  return setupToken === null ? [] : [`  First admin       ${url}/setup with the set-up token ${setupToken}`]
}

const sayReady = (here: Here, config: Config, folder: DataFolder, demo: string): void => {
  const { platform } = here
  const near = (path: string) => relative(process.cwd(), path) || '.'
  const lines = [
    '',
    `Tillwatch is ready at ${platform.url}`,
    '',
    `  Pages             ${platform.url}/`,
    `  Health            ${platform.url}/readyz     API  ${platform.url}/openapi.json`,
    ...(platform.sandboxUrl === null
      ? []
      : [`  Stripe sandbox    ${platform.sandboxUrl}   control plane at ${platform.url}/_sandbox/`]),
    ...sinkLines(config, platform),
    `  Data              ${near(folder.dir)}   (logs in ${near(folder.logsDir)})`,
    `  Embedded          ${platform.embedded.join(', ') || 'nothing'}`,
    ...accountLines(platform),
    `  Tokens            one per role in ${near(folder.tokensDir)}/, for example:`,
    `    curl -H "Authorization: Bearer $(cat ${near(join(folder.tokensDir, 'manager'))})" "${platform.url}/payments/api/metrics/?hours=1"`,
    ...(demo === '' ? [] : ['', `  ${demo}`]),
    '',
    '  npx tillwatch doctor                  each dependency, one line each',
    '  npx tillwatch reconcile --from DATE   the books against Stripe',
    '  Ctrl-C stops it; the data stays.',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Nothing was ever started on a folder without secrets. */
const isFresh = async (folder: DataFolder): Promise<boolean> =>
  (await readIfThere(folder.secretsFile)) === undefined

const DAY_MS = 86_400_000

/**
 * When the demo shop's history began, or undefined when it does not live here: it moves only into a fresh folder, and
 * says so before anything starts, so that a start that was killed half-way goes on as a demo.
 */
const settleDemo = async (folder: DataFolder, fresh: boolean): Promise<Date | undefined> => {
  const known = await readIfThere(folder.demoFile)
  if (known !== undefined) return new Date(demoSchema.parse(JSON.parse(known)).begun)
  if (!fresh) return undefined
  const begun = new Date(systemClock.now().getTime() - DEMO_DAYS * DAY_MS)
  await makeDataFolder(folder)
  await writePrivate(folder.demoFile, `${JSON.stringify({ begun: begun.toISOString() })}\n`)
  return begun
}

const run = async (names: readonly string[], options: StartCommandOptions): Promise<number> => {
  const config = readConfig(options)
  const folder = dataFolder(config.TILLWATCH_DATA)
  const services = servicesOf(names)
  const clockStart = clockStartOf(options)
  const fresh = await isFresh(folder)
  const mayDemo =
    options.demo &&
    clockStart === undefined &&
    !isLive(config) &&
    config.STRIPE_SECRET_KEY === undefined &&
    services.includes('gateway')
  const demo = mayDemo ? await settleDemo(folder, fresh) : undefined
  process.stdout.write(fresh ? 'Starting on an empty data folder ...\n' : 'Starting ...\n')
  const here = await startHere({ config, folder, services, clockStart: demo ?? clockStart })
  try {
    sayReady(here, config, folder, demo ? await startDemo(here, folder) : '')
    const failure = await untilTold(here)
    process.stdout.write(failure ? `${failure.message}\nStopping ...\n` : '\nStopping ...\n')
    return failure ? 3 : 0
  } finally {
    await here.stop()
    process.stdout.write('Stopped.\n')
  }
}

/** `tillwatch start [service...]`. */
export const addStart = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(program.command('start').description('run the platform, or only the named services'))
    .argument('[service...]', `any of ${SERVICE_NAMES.join(', ')}; all without one`)
    .option('--no-demo', 'without the demo shop')
    .option('--clock-start <instant>', 'where the clock of a fresh sandbox begins; no demo shop then')
    .action(async (names: string[], options: StartCommandOptions) => exit(await run(names, options)))
}
