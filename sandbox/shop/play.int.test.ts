import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { readMenu } from './files/demo-menu.ts'
import { fakeGateway } from './testing/fake-gateway.ts'
import { fakeSandbox } from './testing/fake-sandbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'tillwatch-shop-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fileOf = (name: string, ...lines: string[]): string => {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}
const tickets = fileOf(
  'tickets.csv',
  'date,time,ticket,item',
  '2016-10-30,09:58:11,1,Bread',
  '2016-10-30,10:00:00,3,Tea',
)
const prices = fileOf('prices.csv', 'item,unit_price_minor,currency', 'Bread,320,gbp', 'Tea,220,gbp')

const start = (entry: string, args: readonly string[], token = 'tw_test') =>
  spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL(entry, import.meta.url)), ...args], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env['PATH'], TILLWATCH_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
const run = async (entry: string, args: readonly string[], token?: string) => {
  const child = start(entry, args, token)
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<[number | null]>,
    text(child.stdout ?? process.stdin),
    text(child.stderr ?? process.stdin),
  ])
  return { code, stdout, stderr }
}
const files = ['--tickets', tickets, '--prices', prices]

describe('the process play.ts', () => {
  it('plays and prints one JSON document', async () => {
    const sandbox = await fakeSandbox(Date.parse('2016-10-29T23:00:00Z'))
    const gateway = await fakeGateway(() => sandbox.nowMs())
    const played = await run('play.ts', ['--gateway', gateway.url, '--sandbox', sandbox.url, ...files])
    await sandbox.close()
    await gateway.close()
    expect(played.stderr).toContain('2016-10-30  2 tickets')
    expect(played.code).toBe(0)
    expect(JSON.parse(played.stdout)).toMatchObject({
      tickets: 2,
      card: { count: 1, amount: 320, currency: 'gbp' },
      cash: { count: 1, amount: 220, currency: 'gbp' },
      declined: 0,
      refunded: 0,
    })
  })

  it('tells with --check what is in the files and where the clock should start', async () => {
    const checked = await run('play.ts', ['--check', ...files])
    expect(JSON.parse(checked.stdout)).toEqual({
      tickets: 2,
      start: '2016-10-29T23:00:00.000Z',
      first: '2016-10-30T09:58:11.000Z',
      last: '2016-10-30T10:00:00.000Z',
    })
  })

  it('exits 2 with every bad row of both files', async () => {
    const bad = fileOf(
      'bad.csv',
      'date,time,ticket,item',
      '2016-10-30,09:58:11,1,Cake',
      '2016-10-30,9:58,1,Tea',
    )
    const badPrices = fileOf(
      'bad-prices.csv',
      'item,unit_price_minor,currency',
      'Bread,3.20,gbp',
      'Tea,220,gbp',
    )
    const refused = await run('play.ts', ['--check', '--tickets', bad, '--prices', badPrices])
    expect(refused.code).toBe(2)
    expect(refused.stdout).toBe('')
    expect(refused.stderr).toContain('bad-prices.csv:2: "3.20" is not a price in whole minor units')
    expect(refused.stderr).toContain('bad.csv:2: "Cake" is not in the price file')
    expect(refused.stderr).toContain('bad.csv:3: "9:58" is not a time HH:MM:SS')
  })

  it.each([
    ['an unknown option', ['--fast'], /--fast/],
    ['a speed that is none', [...files, '--speed', 'quick'], /--speed/],
    ['a zone that is none', [...files, '--zone', 'Moon'], /--zone: no such time zone/],
    ['a file that is not there', ['--tickets', 'nowhere.csv', '--prices', prices], /--tickets: ENOENT/],
    ['no address', files, /--gateway and --sandbox are needed/],
  ])('exits 2 on %s', async (_name, args, reason) => {
    const refused = await run('play.ts', args)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(reason)
  })
})

describe('the process demo.ts', () => {
  it('reads a menu that is sound', () => {
    const menu = readMenu(readFileSync(new URL('data/demo-menu.csv', import.meta.url), 'utf8'))
    expect(menu.length).toBeGreaterThan(20)
    expect(new Set(menu.map((item) => item.currency))).toEqual(new Set(['gbp']))
  })

  it.each(['SIGTERM', 'disconnect'])(
    'puts a fresh clock back, says ready, sells at the tills there are, ends on %s',
    async (how) => {
      const nowMs = Date.now()
      const sandbox = await fakeSandbox(nowMs, 'machine')
      const gateway = await fakeGateway(() => sandbox.nowMs())
      const child = start('demo.ts', ['--gateway', gateway.url, '--sandbox', sandbox.url, '--days', '1'])
      const exited = once(child, 'exit')
      expect((await once(child, 'message'))[0]).toEqual({ type: 'ready', port: 0 })
      expect(sandbox.nowMs()).toBeLessThan(nowMs - 22 * 3_600_000)
      while (sandbox.speed() !== 'machine' && child.exitCode === null) {
        await Promise.race([once(child.stderr ?? child, 'data'), exited])
      }
      if (how === 'SIGTERM') child.kill('SIGTERM')
      else child.disconnect()
      expect((await exited)[0]).toBe(0)
      expect(new Set(gateway.sales.map((sale) => sale.till_id))).toEqual(new Set(['front', 'back']))
      await sandbox.close()
      await gateway.close()
    },
  )
})
