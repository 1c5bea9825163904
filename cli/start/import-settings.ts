import { isDeepStrictEqual } from 'node:util'
import { appendAudit, platformActor } from '#core/audit/append-audit.ts'
import type { Env } from '#core/env.ts'
import type { Database } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { importShop, shopDigest, type Shop } from '#core/shop.ts'

const readLast = loadSql(import.meta.url, '../sql/settings_read_last_import.sql')

/** Only the settings that differ, so that what was changed can be read at a glance. */
const changed = (one: object, other: object): Record<string, unknown> => {
  const others = new Map(Object.entries(other))
  return Object.fromEntries(
    Object.entries(one).filter(([name, value]) => !isDeepStrictEqual(value, others.get(name))),
  )
}

/**
 * Imports shop.yaml and, when it differs from what was imported last, writes to the audit trail what it was before and is
 * after; also when it goes back to what it once was.
 */
export const importSettings = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Database,
  shop: Shop,
): Promise<void> => {
  await importShop(db, shop, env.clock.now(), 'start')
  const digest = shopDigest(shop)
  const last = await db.first<{ digest: string; body: object | null }>(readLast)
  if (last?.digest === digest) return
  const now = JSON.parse(JSON.stringify(shop)) as object
  await appendAudit(env, db, {
    kind: 'job',
    actor: platformActor('start'),
    action: 'settings.import',
    object: 'shop.yaml',
    before: last ? { digest: last.digest, ...changed(last.body ?? {}, now) } : null,
    after: { digest, ...(last ? changed(now, last.body ?? {}) : {}) },
  })
}
