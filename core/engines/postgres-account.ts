import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Accounts that a root user's PostgreSQL may run as, best first. */
const UNPRIVILEGED_ACCOUNTS = ['postgres', 'nobody']

/** Where system programs stand; the user's own PATH is not asked. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

type Account = { uid: number; gid: number }

/** How a PostgreSQL program is run: by whom, and with which words before its own. */
export type Runner = {
  /** Null: as ourselves. Otherwise files for PostgreSQL must be given to this account. */
  owner: Account | null
  /** Command and arguments to spawn for `program` with `args`. */
  command: (program: string, args: readonly string[]) => [string, string[]]
  /** Set where spawn itself changes the account. */
  spawnAs: Account | Record<string, never>
}

/**
 * PostgreSQL refuses to run as root. For an ordinary user this answers "as ourselves". For root: as the account that
 * owns `dataDir` already, else the first of postgres and nobody. When that account cannot reach the binaries or the data
 * (a clone or DATA below a 0700 home), the permissions of the user's folders are left alone: the process gets the one
 * capability to pass them (CAP_DAC_OVERRIDE) through setpriv instead.
 */
export async function chooseRunner(dataDir: string, binaries: readonly string[]): Promise<Runner> {
  const plain = (program: string, args: readonly string[]): [string, string[]] => [program, [...args]]
  if (process.getuid?.() !== 0) return { owner: null, command: plain, spawnAs: {} }
  const owner = (await ownerOf(dataDir)) ?? (await findAccount())
  const reachable =
    (await canPass(owner, dirname(dataDir))) &&
    (await Promise.all(binaries.map((file) => canReach(owner, file)))).every(Boolean)
  if (reachable) return { owner, command: plain, spawnAs: owner }
  const setpriv = await findSetpriv()
  if (setpriv === null)
    throw new Error(
      `PostgreSQL cannot run as root, and the account it runs as (uid ${owner.uid}) cannot reach ${dataDir} or ` +
        `${binaries.join(', ')}. Install util-linux (setpriv), or move both to a folder that every account can enter.`,
    )
  const before = [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--',
  ]
  return { owner, command: (program, args) => [setpriv, [...before, program, ...args]], spawnAs: {} }
}

async function ownerOf(dataDir: string): Promise<Account | null> {
  try {
    const { uid, gid } = await stat(join(dataDir, 'PG_VERSION'))
    return uid === 0 ? null : { uid, gid }
  } catch {
    return null
  }
}

async function findAccount(): Promise<Account> {
  for (const name of UNPRIVILEGED_ACCOUNTS) {
    try {
      const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)])
      if (uid > 0) return { uid, gid }
    } catch {
      // No such account here: try the next.
    }
  }
  throw new Error(
    `PostgreSQL cannot run as root, and none of the accounts ${UNPRIVILEGED_ACCOUNTS.join(', ')} exists. ` +
      'Run Tillwatch as an ordinary user, or create one of them.',
  )
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number> {
  const { stdout } = await run('id', [flag, name], { env: { PATH: SYSTEM_PATH } })
  return Number(stdout.trim())
}

async function canReach(account: Account, file: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(file)
  return grants(account, { mode, uid, gid }, 0o5) && (await canPass(account, dirname(file)))
}

/** True when the account may walk down to `folder` (execute permission on it and on everything above). */
async function canPass(account: Account, folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (!grants(account, await stat(at), 0o1)) return false
    if (at === dirname(at)) return true
  }
}

function grants(account: Account, entry: { mode: number; uid: number; gid: number }, bits: number): boolean {
  const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0
  return ((entry.mode >> shift) & bits) === bits
}

async function findSetpriv(): Promise<string | null> {
  for (const folder of SYSTEM_PATH.split(':')) {
    const file = join(folder, 'setpriv')
    try {
      await access(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder.
    }
  }
  return null
}
