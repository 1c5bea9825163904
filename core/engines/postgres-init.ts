import { execFile } from 'node:child_process'
import { chown, mkdir, readFile, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Runner } from './postgres-account.ts'

const run = promisify(execFile)

/** The major version whose files this build reads. */
const MAJOR_VERSION = '18'

/** Superuser of the embedded server: it owns the schema; services log in as a lesser role. */
export const OWNER_ROLE = 'tillwatch_owner'

/**
 * Makes `dataDir` a PostgreSQL 18 cluster (UTF-8, builtin C.UTF-8 order so that no system locale matters, checksums,
 * scram-sha-256) unless it is one. It is made beside its place and renamed, so a crash in the middle leaves nothing that
 * looks finished. Answers whether it was made. Throws when the folder holds something else.
 */
export async function initialiseCluster(options: {
  dataDir: string
  initdb: string
  runner: Runner
  ownerPassword: string
}): Promise<boolean> {
  const { dataDir, runner } = options
  const version = await readVersion(dataDir)
  if (version === MAJOR_VERSION) return false
  if (version !== null)
    throw new Error(`${dataDir} was made by PostgreSQL ${version}; this build reads ${MAJOR_VERSION} only.`)
  await removeEmpty(dataDir)
  const workshop = `${dataDir}.initdb`
  await rm(workshop, { recursive: true, force: true })
  const cluster = join(workshop, 'cluster')
  const passwordFile = join(workshop, 'password')
  await mkdir(cluster, { recursive: true, mode: 0o700 })
  await writeFile(passwordFile, `${options.ownerPassword}\n`, { mode: 0o600 })
  if (runner.owner !== null)
    for (const path of [workshop, cluster, passwordFile])
      await chown(path, runner.owner.uid, runner.owner.gid)
  await runInitdb(options.initdb, runner, cluster, passwordFile)
  await rename(cluster, dataDir)
  await rm(workshop, { recursive: true, force: true })
  return true
}

async function runInitdb(
  initdb: string,
  runner: Runner,
  cluster: string,
  passwordFile: string,
): Promise<void> {
  const [command, args] = runner.command(initdb, [
    `--pgdata=${cluster}`,
    `--username=${OWNER_ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    // One sync of the whole folder at the end would cost more than all the rest; the server syncs what it writes.
    '--no-sync',
    '--no-instructions',
  ])
  // Standing in the new folder: the caller's own working folder may be closed to the account.
  await run(command, args, {
    ...runner.spawnAs,
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
  })
}

async function readVersion(dataDir: string): Promise<string | null> {
  try {
    return (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function removeEmpty(dataDir: string): Promise<void> {
  const entries = await readdir(dataDir).catch(() => null)
  if (entries === null) return
  if (entries.length > 0)
    throw new Error(`${dataDir} is neither empty nor a PostgreSQL folder; it is left alone.`)
  await rmdir(dataDir)
}
