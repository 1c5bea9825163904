import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { logAs } from '#core/log.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { openLogs } from './logs.ts'

const folder = await makeTempFolder()
afterAll(() => folder.remove())

test('a component has its lines in a file of its own, everything is in tillwatch.log, and ERROR can be searched for', async () => {
  const { log, close } = openLogs(folder.path, 'info')
  log.info('started')
  logAs({ log }, 'payments').log.error({ code: 'card_declined' }, 'request failed')
  logAs({ log }, 'webhooks').log.info({ event: 'evt_1' }, 'event applied')
  await close()
  const lines = async (name: string) =>
    (await readFile(join(folder.path, `${name}.log`), 'utf8')).trim().split('\n')
  expect(await lines('tillwatch')).toHaveLength(3)
  const payments = await lines('payments')
  expect(payments).toHaveLength(1)
  expect(payments[0]).toContain('ERROR')
  expect((await lines('webhooks'))[0]).toContain('evt_1')
})

test('secrets, card numbers in known fields and objects of errors never reach a log', async () => {
  const { log, close } = openLogs(folder.path, 'info')
  const error = Object.assign(new Error('refused'), { client: { password: 'hunter2' }, code: 'ECONNREFUSED' })
  log.info(
    {
      err: error,
      headers: { authorization: 'Bearer tw_abc' },
      card: { number: '4242424242424242' },
      secret: 'whsec_x',
    },
    'call',
  )
  await close()
  const text = await readFile(join(folder.path, 'tillwatch.log'), 'utf8')
  for (const leak of ['hunter2', 'tw_abc', '4242424242424242', 'whsec_x']) expect(text).not.toContain(leak)
  expect(text).toContain('ECONNREFUSED')
})
