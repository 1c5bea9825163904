import { expect, test } from 'vitest'
import { createLogger } from './log.ts'

const linesOf = (write: (log: ReturnType<typeof createLogger>) => void): string[] => {
  const lines: string[] = []
  write(createLogger('info', { write: (line) => lines.push(line) }))
  return lines
}

test.each([
  ['at the top', { secret: 'hush' }],
  ['one below', { request: { authorization: 'hush' } }],
  ['two below', { a: { b: { client_secret: 'hush' } } }],
  ['in a list', { cards: [{ number: 'hush', last4: '4242' }] }],
])('what is secret is not logged: %s', (_where, facts) => {
  const [line = ''] = linesOf((log) => log.info({ ...facts, seen: 1 }, 'said'))
  expect(line).toContain('[redacted]')
  expect(line).not.toContain('hush')
  expect(JSON.parse(line)).toMatchObject({ level: 'INFO', seen: 1, msg: 'said' })
})

test('a child logger hides what it is bound to, and its own facts', () => {
  const [line = ''] = linesOf((log) =>
    log.child({ component: 'webhooks', token: 'hush' }).info({ email: 'hush' }, 'said'),
  )
  expect(line).not.toContain('hush')
  expect(JSON.parse(line)).toMatchObject({ component: 'webhooks' })
})

test('an error is told by its facts alone, its causes with it', () => {
  const cause = Object.assign(new Error('away'), { code: 'ECONNREFUSED', config: { password: 'hush' } })
  const [line = ''] = linesOf((log) => log.error({ err: new Error('failed', { cause }) }, 'said'))
  expect(line).not.toContain('hush')
  expect(JSON.parse(line)).toMatchObject({
    err: { type: 'Error', message: 'failed', cause: { message: 'away', code: 'ECONNREFUSED' } },
  })
})

test('what is logged is left as it is, also when it refers to itself', () => {
  const facts: Record<string, unknown> = { card: { last4: '4242' } }
  facts['self'] = facts
  linesOf((log) => log.info(facts, 'said'))
  expect(facts['card']).toEqual({ last4: '4242' })
})
