import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dropFolder, newFolder } from '../testing/start.ts'
import { Journal } from './journal.ts'
import { Log } from './log.ts'

let dir: string
beforeEach(() => {
  dir = newFolder()
})
afterEach(() => dropFolder(dir))

const open = (path: string): { log: Log; lines: string[] } => {
  const lines: string[] = []
  return { log: new Log(path, { sync: true }, (line) => lines.push(line)), lines }
}

test('reads lines that span the pieces in which it reads, and cuts off a torn last one', async () => {
  const path = join(dir, 'log.jsonl')
  const whole = ['a', 'é'.repeat(700_000), '', 'b'.repeat(1_048_575), 'c']
  writeFileSync(path, `${whole.join('\n')}\n{"torn`)
  const { log, lines } = open(path)
  expect(lines.map(({ length }) => length)).toEqual([1, 700_000, 0, 1_048_575, 1])
  expect(lines).toEqual(whole)
  log.append('d')
  await log.durable()
  await log.close()
  expect(readFileSync(path, 'utf8')).toBe(`${[...whole, 'd'].join('\n')}\n`)
})

test('takes nothing more once it is closed', async () => {
  const { log } = open(join(dir, 'log.jsonl'))
  log.append('a')
  await log.close()
  expect(() => log.append('b')).toThrow(/closed/)
  await expect(log.durable()).rejects.toThrow(/closed/)
})

test('gives any entry of a long journal, whether it is still in memory or not, also after a restart', async () => {
  const path = join(dir, 'journal.jsonl')
  const first = new Journal(path)
  for (let n = 1; n <= 12_345; n += 1) first.add(n, 'call', { path: `/${n}é` })
  await first.close()
  appendFileSync(path, '{"seq":12346,"torn')
  const journal = new Journal(path)
  journal.add(12_346, 'clock', {})
  for (const seq of [0, 1, 998, 999, 1_000, 4_321, 12_340]) {
    const found = journal.after(seq, 3)
    expect(found.map((entry) => [entry.seq, entry.at_ms])).toEqual([1, 2, 3].map((n) => [seq + n, seq + n]))
  }
  expect(journal.after(12_345, 10)).toEqual([{ seq: 12_346, at_ms: 12_346, kind: 'clock' }])
  expect(journal.after(12_346, 10)).toEqual([])
  expect(journal.after(-5, 1)[0]?.seq).toBe(1)
  await journal.close()
})
