import { z } from '@hono/zod-openapi'
import type { Role } from '#core/access/roles.ts'
import type { Principal } from '#core/access/roles.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const selectName = loadSql(import.meta.url, 'sql/actor_select_name.sql')

/** Who sees alerts, and who acts on them (architecture §3.1, roles). */
export const READERS: readonly Role[] = ['oncall', 'manager', 'admin', 'auditor']
export const ACTORS: readonly Role[] = ['oncall', 'manager', 'admin']

/** Path parameter `id` of an incident or a silence. */
export const idParams = (prefix: 'inc' | 'sil') =>
  z.strictObject({ id: z.string().regex(new RegExp(`^${prefix}_\\w{1,80}$`)) })

export const instant = (at: Date | null): string | null => at?.toISOString() ?? null

/** The person behind a token, by the name under which others know them. */
export const nameOf = async ({ db }: Pick<Deps, 'db'>, { actorId }: Principal): Promise<string> =>
  (await db.first<{ name: string }>(selectName, [actorId]))?.name ?? actorId
