import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHash } from 'node:crypto'
import type { ChildOrder } from './child.ts'
import { openDeps } from './deps.ts'
import { lateArrivals } from './arrivals.ts'
import { loadLedger } from './ledger.ts'
import type { Plan } from './plan.ts'
import { drawKills, type Place } from './steps.ts'

/** A database of a variant's own. */
export interface VariantDatabase {
  readonly appUrl: string
  drop(): Promise<void>
}

/** Where variants run and what they read. */
export interface Ground {
  readonly stripeUrl: string
  readonly plan: Plan
  readonly planFile: string
  readonly folder: string
  newDatabase(): Promise<VariantDatabase>
}

export interface Variant {
  readonly name: string
  readonly pageSize: number
  /** Order in which the ledger was filled and in which healed facts are applied. */
  readonly seed: number
  /** Draws what reaches the ledger one to three nights late; all is there in time when null. */
  readonly lateSeed: number | null
  /** Draws places and nights of the kills: one process dies at each, and the next one takes up what it left. */
  readonly places: readonly Place[]
}

/** A certificate as the variants must agree on it. */
export interface Issued {
  readonly date: string
  readonly series: string
  readonly version: number
  readonly digest: string
}

export interface Outcome {
  readonly variant: string
  readonly certificates: readonly Issued[]
  /** Digest of all of them, in the chain's order. */
  readonly digest: string
  /** Digest of what the newest version of each states: the same also when facts arrived on other nights. */
  readonly finals: string
  readonly processes: number
  /** Places at which a process was really killed, with the date whose night it was. */
  readonly killed: readonly { readonly place: string; readonly date: string }[]
  /** Runs that did not succeed at the first attempt. */
  readonly troubled: number
  readonly exceptions: number
  readonly staged: number
  readonly clean: number
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))

const runChild = async (order: ChildOrder): Promise<'done' | 'killed'> => {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  })
  let text = ''
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (signal === 'SIGKILL') return 'killed'
  if (code !== 0) throw new Error(`child ended with ${code}: ${text.slice(-2_000)}`)
  return 'done'
}

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

const readOutcome = async (ground: Ground, appUrl: string) => {
  const { db } = openDeps(appUrl, ground.stripeUrl, '', new Date(ground.plan.start))
  try {
    const certificates = await db.rows<Issued & { clean: boolean }>(
      `SELECT business_date AS date, currency || '/' || balance_type AS series, version, digest, clean
       FROM certificates ORDER BY seq`,
    )
    const finals = await db.rows(
      `SELECT DISTINCT ON (business_date, currency, balance_type) business_date, currency, balance_type, content_digest
       FROM certificates ORDER BY business_date, currency, balance_type, version DESC`,
    )
    const counts = await db.first<{ exceptions: number; staged: number; troubled: number }>(
      `SELECT (SELECT count(*) FROM reconciliation_runs WHERE status <> 'succeeded' OR attempts <> 1)::integer AS troubled,
              (SELECT count(*) FROM exceptions WHERE status = 'open')::integer AS exceptions,
              (SELECT count(*) FROM reconciliation_pages)::integer AS staged`,
    )
    const { exceptions = 0, staged = 0, troubled = 0 } = counts ?? {}
    return { certificates, finals: digestOf(finals), exceptions, staged, troubled }
  } finally {
    await db.close()
  }
}

/** Reconciles the month once, in processes of its own, and answers what was issued. */
export const runVariant = async (ground: Ground, variant: Variant): Promise<Outcome> => {
  const database = await ground.newDatabase()
  const own = (name: string) => join(ground.folder, `${variant.name.replaceAll(/\W+/g, '-')}-${name}`)
  try {
    const loader = openDeps(database.appUrl, ground.stripeUrl, '', new Date(ground.plan.start))
    await loadLedger(loader, ground.plan, variant.seed, lateArrivals(ground.plan, variant.lateSeed))
    await loader.db.close()
    const order = {
      appUrl: database.appUrl,
      stripeUrl: ground.stripeUrl,
      planFile: ground.planFile,
      nightFile: own('night'),
      chainFile: own('chain'),
      pageSize: variant.pageSize,
      seed: variant.seed,
      lateSeed: variant.lateSeed,
    }
    const killed: { place: string; date: string }[] = []
    for (const kill of drawKills(variant.places, ground.plan.dates.length, variant.seed)) {
      if ((await runChild({ ...order, kill })) !== 'killed') continue
      const night = Number(await readFile(order.nightFile, 'utf8'))
      killed.push({ place: kill.place, date: ground.plan.dates[night] ?? '' })
    }
    await runChild({ ...order, kill: null })
    const { certificates, ...rest } = await readOutcome(ground, database.appUrl)
    const lines = certificates.map(({ date, series, version, digest }) => [date, series, version, digest])
    return {
      variant: variant.name,
      certificates,
      digest: digestOf(lines),
      processes: variant.places.length + 1,
      killed,
      ...rest,
      clean: certificates.filter(({ clean }) => clean).length,
    }
  } finally {
    await database.drop()
  }
}

/** A table of outcomes for people. */
export const tableOf = (outcomes: readonly Outcome[]): string =>
  [
    'variant                                          | certificates | clean | open exceptions | processes | killed | digest of all    | in the end',
    ...outcomes.map((one) =>
      [
        one.variant.padEnd(48),
        String(one.certificates.length).padStart(12),
        String(one.clean).padStart(5),
        String(one.exceptions).padStart(15),
        String(one.processes).padStart(9),
        String(one.killed.length).padStart(6),
        one.digest,
        one.finals,
      ].join(' | '),
    ),
  ].join('\n')
