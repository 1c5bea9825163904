import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { Random } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'

const secretsSchema = z.strictObject({
  databaseOwner: z.string(),
  databaseApp: z.string(),
  clickhouse: z.string(),
  stripeKey: z.string(),
  /** Signs the links in messages. Folders from before alerting have none until their next start. */
  link: z.string().default(''),
  webhook: z.strictObject({ endpointId: z.string(), secret: z.string() }).nullable(),
})

/** Passwords and keys of the embedded parts, random per data folder. */
export type Secrets = z.infer<typeof secretsSchema>

/** Places inside a data folder. */
export interface DataFolder {
  readonly dir: string
  readonly pidFile: string
  readonly runningFile: string
  readonly secretsFile: string
  readonly shopFile: string
  readonly chainHeadFile: string
  readonly auditHeadFile: string
  readonly demoFile: string
  readonly tokensDir: string
  readonly cliTokenFile: string
  readonly logsDir: string
  readonly postgresDir: string
  readonly clickhouseDir: string
  readonly sandboxDir: string
}

/** The layout of the data folder `path`; makes nothing. */
export const dataFolder = (path: string): DataFolder => {
  const dir = resolve(path)
  const at = (name: string) => join(dir, name)
  return {
    dir,
    pidFile: at('tillwatch.pid'),
    runningFile: at('running.json'),
    secretsFile: at('secrets.json'),
    shopFile: at('shop.yaml'),
    chainHeadFile: at('certificate-chain.head'),
    auditHeadFile: at('audit-chain.head'),
    demoFile: at('demo.json'),
    tokensDir: at('tokens'),
    cliTokenFile: at('cli-token'),
    logsDir: at('logs'),
    postgresDir: at('postgres'),
    clickhouseDir: at('clickhouse'),
    sandboxDir: at('sandbox'),
  }
}

/** Makes the folder, readable by its owner only (it holds secrets). */
export const makeDataFolder = async (folder: DataFolder): Promise<void> => {
  await mkdir(folder.dir, { recursive: true })
  for (const dir of [folder.logsDir, folder.tokensDir]) await mkdir(dir, { recursive: true, mode: 0o700 })
}

/** Writes a file for the owner's eyes only, whole or not at all. */
export const writePrivate = async (file: string, text: string): Promise<void> => {
  const partial = `${file}.partial`
  await writeFile(partial, text, { mode: 0o600 })
  await chmod(partial, 0o600)
  await rename(partial, file)
}

/** The text of a file, or undefined when there is none. */
export const readIfThere = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const freshWord = (random: Random): string =>
  Buffer.from(random.bytes(24)).toString('base64url').replace(/[-_]/g, 'x')

const freshSecrets = (random: Random): Secrets => {
  const word = () => freshWord(random)
  return {
    databaseOwner: word(),
    databaseApp: word(),
    clickhouse: word(),
    stripeKey: `sk_test_${word()}`,
    link: word(),
    webhook: null,
  }
}

/** The folder's secrets; made on the first start, and what is new since then on the next. Throws `config_invalid` when the file was damaged. */
export const loadSecrets = async (folder: DataFolder, random: Random): Promise<Secrets> => {
  const text = await readIfThere(folder.secretsFile)
  if (text === undefined) {
    const secrets = freshSecrets(random)
    await saveSecrets(folder, secrets)
    return secrets
  }
  const parsed = secretsSchema.safeParse(JSON.parse(text))
  if (!parsed.success)
    throw new TillwatchError('config_invalid', `${folder.secretsFile} is damaged: restore it from a backup`)
  if (parsed.data.link !== '') return parsed.data
  const secrets = { ...parsed.data, link: freshWord(random) }
  await saveSecrets(folder, secrets)
  return secrets
}

/** Stores the folder's secrets, whole or not at all. */
export const saveSecrets = async (folder: DataFolder, secrets: Secrets): Promise<void> => {
  await writePrivate(folder.secretsFile, `${JSON.stringify(secrets, null, 2)}\n`)
}
