import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPlatform, tillwatch } from '../tillwatch.ts'
import { checkReports } from './equalities.ts'
import { readCertificates } from './read-reports.ts'

/**
 * Plays tickets in a data folder of its own and prints how reports, certificates and the sandbox's own books agree:
 * `npm run month-reports -- --tickets FILE --prices FILE --from DATE --to DATE [--held DATE] [--page]`. `--held` is a date at whose end
 * money is held; without it the one with most. Exit 1 when one equality does not hold.
 */
const { values } = parseArgs({
  options: {
    tickets: { type: 'string' },
    prices: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    held: { type: 'string' },
    page: { type: 'boolean' },
  },
})
const { tickets, prices, from, to } = values
if (!tickets || !prices || !from || !to) throw new Error('--tickets, --prices, --from and --to are needed')

const folder = await mkdtemp(join(tmpdir(), 'tillwatch-reports-'))
const data = join(folder, 'data')
const say = (text: string): void => void process.stdout.write(`${text}\n`)
try {
  const files = ['--tickets', resolve(tickets), '--prices', resolve(prices)]
  const played = await tillwatch('play', '--data', data, ...files, '--speed', 'max', '--json')
  if (played.code !== 0) throw new Error(`play: ${played.stderr}`)
  say(`played: ${played.stdout.trim()}`)
  const platform = await startPlatform(data, '--no-demo')
  try {
    const reconciled = await tillwatch('reconcile', '--data', data, '--from', from, '--to', to, '--json')
    say(`reconciled: exit ${reconciled.code}`)
    const place = { url: platform.url, data, zone: 'Europe/London', from, to }
    const equalities = await checkReports(place, 'gbp', values.held)
    for (const { what, values: found, holds } of equalities) {
      const figures = Object.entries(found).map(([name, value]) => `${name} ${value}`)
      say(`${holds ? '=' : '!'} ${what}: ${figures.join(', ')}`)
    }
    if (values.page) {
      const last = (await readCertificates(place)).at(-1)
      say((await tillwatch('certify', last?.id ?? '', '--data', data)).stdout)
    }
    process.exitCode = equalities.every(({ holds }) => holds) && reconciled.code === 0 ? 0 : 1
  } finally {
    await platform.end('SIGTERM')
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
