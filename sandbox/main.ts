import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'
import type { Sandbox, SandboxConfig } from './app.ts'
import { createSandbox } from './app.ts'
import { readSettlement } from './control/account-routes.ts'
import { isCurrency } from './domain/currencies.ts'
import { machineEnv } from './env.ts'
import { readDoubts } from './options.ts'

const USAGE =
  'usage: sandbox/main.ts --data DIR [--port N] [--clock-start ISO] [--account-country GB] [--currency gbp] ' +
  '[--timezone Europe/London] [--settle-lag-s 30] [--doubts JSON] [--settlement JSON] [--smtp-port N]'

type Arguments = { config: SandboxConfig; port: number; smtpPort: number }

const isZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The command line as configuration; throws with what is wrong. */
const readArguments = (args: string[]): Arguments => {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '0' },
      'clock-start': { type: 'string' },
      'account-country': { type: 'string', default: 'GB' },
      currency: { type: 'string', default: 'gbp' },
      timezone: { type: 'string', default: 'Europe/London' },
      'settle-lag-s': { type: 'string', default: '30' },
      doubts: { type: 'string', default: '{}' },
      settlement: { type: 'string', default: '{}' },
      'smtp-port': { type: 'string', default: '0' },
    },
  })
  const problems: string[] = []
  const whole = (name: string, text: string, max: number): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value > max) problems.push(`--${name} must be a whole number from 0 to ${max}`)
    return value
  }
  const port = whole('port', values.port, 65_535)
  const smtpPort = whole('smtp-port', values['smtp-port'], 65_535)
  const settleLagMs = whole('settle-lag-s', values['settle-lag-s'], 86_400) * 1000
  const start = values['clock-start']
  const startMs = start === undefined ? null : Date.parse(start)
  const currency = values.currency.toLowerCase()
  if (values.data === undefined || values.data === '') problems.push('--data is missing')
  if (Number.isNaN(startMs)) problems.push('--clock-start must be an RFC 3339 instant')
  if (!isZone(values.timezone)) problems.push('--timezone is not a time zone')
  if (!isCurrency(currency)) problems.push('--currency is not a currency')
  const doubts = readDoubts(values.doubts)
  const settlement = readSettlement(values.settlement)
  if (!settlement) problems.push('--settlement must be a JSON object with settlement_currencies and rates')
  if (!doubts) problems.push('--doubts must be a JSON object with the switches of sandbox/options.ts')
  if (problems.length > 0) throw new Error(`${problems.join('; ')}\n${USAGE}`)
  const country = values['account-country']
  return {
    port,
    smtpPort,
    config: {
      dir: values.data ?? '',
      startMs,
      country,
      currency,
      timezone: values.timezone,
      settleLagMs,
      doubts: doubts ?? {},
      ...(settlement ? { settlement } : {}),
    },
  }
}

const endOnce = (sandbox: Sandbox, server: Server): (() => void) => {
  let ending = false
  return () => {
    if (ending) return
    ending = true
    server.close()
    void sandbox.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
}

const start = async (): Promise<void> => {
  const { config, port, smtpPort } = readArguments(process.argv.slice(2))
  const sandbox = createSandbox(machineEnv(), config)
  const mailPort = await sandbox.sinks.mail.listen(smtpPort)
  const options = { fetch: sandbox.app.fetch, port, hostname: '127.0.0.1' }
  const server = serve(options, (address: AddressInfo) => {
    if (process.send) process.send({ type: 'ready', port: address.port, smtpPort: mailPort })
    else
      process.stdout.write(
        `sandbox on http://127.0.0.1:${address.port}, mail on smtp://127.0.0.1:${mailPort}\n`,
      )
  }) as Server
  // Keep-alive longer than any client's pause, so that no client meets a closing connection.
  server.keepAliveTimeout = 120_000
  const end = endOnce(sandbox, server)
  server.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.on('disconnect', end)
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(2)
})
