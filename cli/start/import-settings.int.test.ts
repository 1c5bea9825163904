import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, type Database } from '#core/postgres/db.ts'
import { parseShop } from '#core/shop.ts'
import { manualEnv } from '#core/testing/manual-env.ts'
import { createTempDatabase, type TempDatabase } from '#core/testing/temp-postgres.ts'
import { importSettings } from './import-settings.ts'

const env = manualEnv()
let temp: TempDatabase
let db: Database

beforeAll(async () => {
  temp = await createTempDatabase()
  db = openDatabase(temp.appUrl)
})
afterAll(async () => {
  await db.close()
  await temp.drop()
})

const shop = (name: string) =>
  parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: high-street, name: ${name}, zone: Europe/London }]
tills: [{ id: till-1, store: high-street, name: Till 1 }]
`)

const written = async () =>
  db.rows<Record<string, unknown>>(
    'SELECT kind, action, object, before, after FROM audit_entries ORDER BY seq',
  )

test('new settings are written to the trail with what changed, the same ones again are not, old ones that come back are', async () => {
  for (const name of ['High Street', 'High Street', 'Main Street', 'High Street']) {
    env.pass(1_000)
    await importSettings(env, db, shop(name))
  }
  const [first, second, third, ...more] = await written()
  expect(more).toEqual([])
  expect(first).toMatchObject({ kind: 'job', action: 'settings.import', object: 'shop.yaml', before: null })
  expect(second).toMatchObject({
    before: { stores: [{ id: 'high-street', name: 'High Street', zone: 'Europe/London' }] },
    after: { stores: [{ id: 'high-street', name: 'Main Street', zone: 'Europe/London' }] },
  })
  expect(second?.['after']).not.toHaveProperty('tills')
  expect(third).toMatchObject({ after: { digest: (first?.['after'] as { digest: string }).digest } })
})
