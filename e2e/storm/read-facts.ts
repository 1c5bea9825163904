import { loadSql } from '#core/postgres/sql.ts'
import { tillwatch, type RunningPlatform } from '../tillwatch.ts'
import { connectAsOwner } from './database.ts'

const readStored = loadSql(import.meta.url, 'sql/storm_read_facts.sql')
const JOURNAL_PAGE = 1_000

/** Counts by a name. */
export type Counts = Readonly<Record<string, number>>

interface StoredFacts {
  readonly inbox: Counts
  readonly sources: Counts
  readonly open_keys: number
  readonly unfinished_payments: number
  readonly exceptions_opened: number
  readonly exceptions_open: number
  readonly exceptions_closed_by_hand: number
  readonly exceptions_healed: Counts
  readonly first_writers: Counts
}

/** What a storm left behind, told by the sandbox, the database and the product's own checks. */
export interface StormFacts extends StoredFacts {
  readonly charges: { readonly count: number; readonly amount: number }
  /** Sales that Stripe took money for more than once. */
  readonly paid_twice: readonly string[]
  /** Deliveries that were answered 2xx and are not in the inbox. */
  readonly accepted_and_lost: number
  readonly deliveries: Counts
  readonly faults: Counts
  readonly dates: { readonly clean: number; readonly not_clean: readonly string[] }
  readonly certify_exit: number | null
  readonly verify_exit: number | null
}

interface JournalEntry {
  readonly seq: number
  readonly kind: string
  readonly [field: string]: unknown
}

async function* journalOf(url: string): AsyncGenerator<JournalEntry> {
  for (let after = 0; ;) {
    const answer = await fetch(`${url}/_sandbox/journal?after=${after}&limit=${JOURNAL_PAGE}`)
    const { data, next } = (await answer.json()) as { data: JournalEntry[]; next: number | null }
    yield* data
    if (next === null) return
    after = next
  }
}

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1
}

const readJournal = async (url: string) => {
  const accepted = new Set<string>()
  const deliveries: Record<string, number> = {}
  const faults: Record<string, number> = {}
  for await (const entry of journalOf(url)) {
    if (entry.kind === 'fault')
      count(faults, `${String(entry['on'])} ${String(entry['fault'] ?? entry['rule'])}`)
    if (entry.kind !== 'delivery') continue
    const status = typeof entry['status'] === 'number' ? entry['status'] : 'not answered'
    count(deliveries, String(status))
    if (typeof status === 'number' && status < 300) accepted.add(String(entry['event']))
  }
  return { accepted, deliveries, faults }
}

const readCharges = async (url: string) => {
  const charges = (await (await fetch(`${url}/_sandbox/charges`)).json()) as {
    count: number
    totals: { amount: number }[]
    by_sale: Record<string, number>
  }
  const twice = Object.entries(charges.by_sale).filter(([, times]) => times > 1)
  return {
    charges: { count: charges.count, amount: charges.totals.reduce((sum, { amount }) => sum + amount, 0) },
    paid_twice: twice.map(([sale]) => sale),
  }
}

const readDatabase = async (data: string, accepted: ReadonlySet<string>) => {
  const database = await connectAsOwner(data)
  try {
    const { rows } = await database.query<StoredFacts>(readStored.text)
    const known = await database.query<{ id: string }>('SELECT id FROM webhook_events')
    const stored = new Set(known.rows.map(({ id }) => id))
    const [facts] = rows
    if (!facts) throw new Error('the database answered nothing')
    return { ...facts, accepted_and_lost: [...accepted].filter((id) => !stored.has(id)).length }
  } finally {
    await database.end()
  }
}

const proveDates = async (data: string, from: string, to: string): Promise<StormFacts['dates']> => {
  const done = await tillwatch('reconcile', '--data', data, '--from', from, '--to', to, '--json')
  const { summary } = JSON.parse(done.stdout) as { summary: { dates: { date: string; status: string }[] } }
  const unclean = summary.dates.filter(({ status }) => status !== 'clean')
  return {
    clean: summary.dates.length - unclean.length,
    not_clean: unclean.map(({ date, status }) => `${date} ${status}`),
  }
}

/** Reconciles the dates `from` to `to` once more, re-checks every certificate, and gathers the facts. */
export const readFacts = async (
  platform: RunningPlatform,
  data: string,
  from: string,
  to: string,
): Promise<StormFacts> => {
  const dates = await proveDates(data, from, to)
  const certify = await tillwatch('certify', '--data', data)
  const verify = await tillwatch('verify', '--data', data)
  const { accepted, deliveries, faults } = await readJournal(platform.sandboxUrl)
  return {
    ...(await readDatabase(data, accepted)),
    ...(await readCharges(platform.sandboxUrl)),
    deliveries,
    faults,
    dates,
    certify_exit: certify.code,
    verify_exit: verify.code,
  }
}
