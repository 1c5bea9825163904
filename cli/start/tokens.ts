import { join } from 'node:path'
import type { Env } from '#core/env.ts'
import type { Database } from '#core/postgres/db.ts'
import { ROLES, type Role } from '#core/access/roles.ts'
import { createToken } from '#core/access/tokens.ts'
import { readIfThere, writePrivate, type DataFolder } from './data-folder.ts'

/** Role of the token in `DATA/cli-token`: reads all and runs reconciliations. */
const CLI_ROLE: Role = 'manager'

const ensureToken = async (env: Env, db: Database, file: string, role: Role): Promise<void> => {
  if ((await readIfThere(file)) !== undefined) return
  const { token } = await createToken(env, db, { name: `local ${role}`, role, tillId: null, expiresAt: null })
  await writePrivate(file, `${token}\n`)
}

/** One token per role in `DATA/tokens/`, for the person who owns the data folder; sandbox only. */
export const ensureDemoTokens = async (env: Env, db: Database, folder: DataFolder): Promise<void> => {
  for (const role of ROLES) await ensureToken(env, db, join(folder.tokensDir, role), role)
}

/** The token that the command line uses. */
export const ensureCliToken = async (env: Env, db: Database, folder: DataFolder): Promise<void> => {
  await ensureToken(env, db, folder.cliTokenFile, CLI_ROLE)
}
