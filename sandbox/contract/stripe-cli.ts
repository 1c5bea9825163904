import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The binary of the official Stripe CLI that npm brought, or null where there is none for this machine. */
export const findCli = (): string | null => {
  const require = createRequire(import.meta.url)
  try {
    const own = createRequire(require.resolve('@stripe/cli/package.json'))
    const manifest = own.resolve(`@stripe/cli-${process.platform}-${process.arch}/package.json`)
    const file = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'stripe.exe' : 'stripe')
    return existsSync(file) ? file : null
  } catch {
    return null
  }
}

/** The packages with binaries that the CLI's npm package names, one per kind of machine. */
export const cliPackages = (): string[] => {
  const manifest = createRequire(import.meta.url)('@stripe/cli/package.json') as {
    optionalDependencies?: Record<string, string>
  }
  return Object.keys(manifest.optionalDependencies ?? {})
}

export type CliResult = { code: number; output: string }

/** Runs the CLI with an empty home, so that it neither finds a login nor leaves one. */
export const runCli = (file: string, home: string, args: readonly string[]): Promise<CliResult> =>
  new Promise((resolve) => {
    const env = { HOME: home, STRIPE_API_KEY: 'sk_test_local_sandbox', STRIPE_CLI_TELEMETRY_OPTOUT: '1' }
    execFile(file, [...args], { env, timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, output: stdout + stderr })
    })
  })

/** The events that `stripe trigger --help` offers. */
export const offeredTriggers = async (file: string, home: string): Promise<string[]> => {
  const { output } = await runCli(file, home, ['trigger', '--help'])
  const list = output.slice(output.indexOf('Supported events:'), output.indexOf('Usage:'))
  return [...list.matchAll(/^ {2}(\S+)$/gm)].map(([, name = '']) => name)
}
