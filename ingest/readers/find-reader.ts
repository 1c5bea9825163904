import Stripe from 'stripe'
import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readerRefusal, type KnownReader } from './reader-actions.ts'

const selectKnown = loadSql(import.meta.url, 'sql/reader_select.sql')
const upsertReader = loadSql(import.meta.url, 'sql/reader_upsert.sql')

type StripeReader = Stripe.Terminal.Reader
type FindDeps = Pick<Deps, 'db' | 'env' | 'shop' | 'stripe'>

/** The lists of a shop are short; nobody waits at the till for more. */
const READERS_MAX = 1_000
const ANSWER_WITHIN_MS = 5_000

/** Every reader of the account, as Stripe has it now. */
export const listStripeReaders = async (stripe: Stripe): Promise<StripeReader[]> =>
  stripe.terminal.readers
    .list({ limit: 100 }, { timeout: ANSWER_WITHIN_MS, maxNetworkRetries: 1 })
    .autoPagingToArray({ limit: READERS_MAX })

/** Stripe's ids of our readers: as shop.yaml says them, else as they were found by label. */
export const readKnown = async ({ db, shop }: Pick<Deps, 'db' | 'shop'>): Promise<Map<string, string>> => {
  const rows = await db.rows<{ id: string; stripe_reader: string }>(selectKnown)
  const found = new Map(rows.map((row) => [row.id, row.stripe_reader]))
  return new Map(
    shop.readers.flatMap(({ id, stripe_reader: said }) => {
      const stripeReader = said ?? found.get(id)
      return stripeReader === undefined ? [] : [[id, stripeReader] as const]
    }),
  )
}

const note = async ({ db, env }: FindDeps, id: string, stripeReader: string): Promise<void> => {
  await db.run(upsertReader, [id, stripeReader, env.clock.now()])
}

/** Finds by label those readers that shop.yaml says no id for; answers those that Stripe does not have. */
export const matchReaders = async (deps: FindDeps): Promise<string[]> => {
  const wanted = deps.shop.readers.filter(({ stripe_reader: said }) => said === undefined)
  if (wanted.length === 0) return []
  const known = await readKnown(deps)
  const atStripe = await listStripeReaders(deps.stripe)
  const missing: string[] = []
  for (const { id, label } of wanted) {
    // A known one may have been given another label in Stripe; it is the same machine.
    if (atStripe.some((reader) => reader.id === known.get(id))) continue
    const match = atStripe.find((reader) => reader.label === label)
    if (match) await note(deps, id, match.id)
    else missing.push(id)
  }
  return missing
}

const registerSimulated = async (deps: FindDeps, id: string): Promise<void> => {
  const { stripe, shop } = deps
  const { data } = await stripe.terminal.locations.list({ limit: 1 })
  const address = { country: 'GB', line1: '1 High Street', city: 'London', postal_code: 'E1 1AA' }
  const place =
    data[0] ??
    (await stripe.terminal.locations.create(
      { display_name: 'Shop', address },
      { idempotencyKey: 'tw_location' },
    ))
  const label = shop.readers.find((reader) => reader.id === id)?.label ?? id
  const made = await stripe.terminal.readers.create(
    { registration_code: 'simulated-wpe', label, location: place.id },
    // The same key: asking again after a lost answer must not make a second one.
    { idempotencyKey: `tw_reader_${id}_${label}` },
  )
  await note(deps, id, made.id)
}

/**
 * Finds the shop's readers at Stripe; with the sandbox those that are missing are made there as simulated ones. Doing it
 * again changes nothing. Answers those that Stripe still does not have.
 */
export const ensureReaders = async (deps: FindDeps, maySimulate: boolean): Promise<readonly string[]> => {
  const missing = await matchReaders(deps)
  if (!maySimulate) return missing
  for (const id of missing) await registerSimulated(deps, id)
  return []
}

/**
 * A reader of the shop with its id at Stripe. Throws `validation_failed` when the shop has no such reader, `reader_offline`
 * when Stripe has none, `provider_unavailable` when it was never found and cannot be asked for now.
 */
export const findReader = async (deps: FindDeps, id: string): Promise<KnownReader> => {
  if (!deps.shop.readers.some((reader) => reader.id === id))
    throw new TillwatchError('validation_failed', undefined, {
      details: { issues: [{ path: 'reader_id', message: 'is not a reader of this shop' }] },
    })
  const before = (await readKnown(deps)).get(id)
  if (before !== undefined) return { id, stripeReader: before }
  try {
    await matchReaders(deps)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError)
      throw new TillwatchError('provider_unavailable', undefined, { cause: error })
    throw error
  }
  const found = (await readKnown(deps)).get(id)
  if (found === undefined) throw readerRefusal('reader_offline', id)
  return { id, stripeReader: found }
}
