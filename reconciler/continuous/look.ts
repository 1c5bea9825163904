import type Stripe from 'stripe'
import { businessDateOf } from '#core/business-date.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Movement } from '../domain/facts.ts'
import { drainInbox } from '../pull/drain-inbox.ts'
import { askAll, orMissing, seenRow, type SeenRow } from '../pull/stripe-rows.ts'
import type { Published } from '../publish/publish.ts'
import { readLastCertificate, readLastCertified } from '../scope.ts'
import { examine, type Suspects } from './examine.ts'
import { isPlain, objectDigest, payoutDigest, rowDigest } from './judge-row.ts'
import { readFallingDue, readMovementsOf, readWatched } from './read-ledger-side.ts'
import { readWindow, windowOf, type LookedUntil } from './read-window.ts'

const listDealt = loadSql(import.meta.url, '../sql/look_objects_list.sql')
const upsertDealt = loadSql(import.meta.url, '../sql/look_objects_upsert.sql')
const deleteOld = loadSql(import.meta.url, '../sql/look_objects_delete_old.sql')

/** What a look came to. */
export interface Looked {
  readonly rows: number
  readonly payouts: number
  readonly examined: number
  readonly submitted: boolean
  /** Whether the whole unfinished date was read, not only what is new. */
  readonly whole: boolean
  readonly runId: string | null
  readonly published: Published | undefined
}

/** A thing that the look saw, and the text that tells whether it is as it was when a look last dealt with it. */
interface Sight {
  readonly id: string
  readonly source: string | null
  readonly digest: string
}

/** Everything that a look sees, before it judges. */
interface Seen {
  readonly rows: readonly SeenRow[]
  readonly gone: readonly { readonly id: string; readonly source: string | null }[]
  readonly payouts: readonly Stripe.Payout[]
  readonly objects: readonly (readonly [string, string])[]
  readonly watched: ReadonlySet<string>
  readonly whole: boolean
}

/** Longer than the longest grace that a look has to remember a row for. */
const REMEMBERED_MS = 3 * 86_400_000

const fetchObject = async (stripe: Stripe, id: string): Promise<{ status?: unknown } | undefined> => {
  if (id.startsWith('re_') || id.startsWith('pyr_')) return orMissing(stripe.refunds.retrieve(id))
  if (id.startsWith('du_') || id.startsWith('dp_')) return orMissing(stripe.disputes.retrieve(id))
  if (id.startsWith('ch_') || id.startsWith('py_')) return orMissing(stripe.charges.retrieve(id))
  return undefined
}

const isRow = (id: string): boolean => id.startsWith('txn_')
const isPayout = (id: string): boolean => id.startsWith('po_')

/** What of the open exceptions the lists did not show: their rows, and the objects of their movements. */
const readWatchedFacts = async (deps: Deps, watched: ReadonlySet<string>, listed: ReadonlySet<string>) => {
  const { stripe } = deps
  const { zone } = deps.shop.account
  const rowIds = [...watched].filter((id) => isRow(id) && !listed.has(id))
  const objectIds = [...watched].filter((id) => !isRow(id) && !isPayout(id))
  const answers = await askAll(rowIds, async (id) =>
    orMissing(stripe.balanceTransactions.retrieve(id, { expand: ['source'] })),
  )
  const objects = await askAll(objectIds, async (id) => objectDigest(await fetchObject(stripe, id)))
  return {
    rows: answers.filter((row) => row !== undefined).map((row) => seenRow(row, zone)),
    gone: rowIds.filter((_id, at) => answers[at] === undefined).map((id) => ({ id, source: null })),
    objects: objectIds.map((id, at) => [id, objects[at] ?? ''] as const),
  }
}

const see = async (deps: Deps, until: LookedUntil, pageSize: number): Promise<Seen> => {
  const { env, shop, db } = deps
  const now = env.clock.now()
  const { zone } = shop.account
  const certified = await readLastCertificate(db)
  const window = windowOf(until, certified, now, zone, shop.reconcile_whole_every_s * 1000)
  const listed = await readWindow(deps, window, zone, pageSize)
  const watched = await readWatched(db, await readLastCertified(db, businessDateOf(now, zone)))
  const facts = await readWatchedFacts(deps, watched, new Set(listed.rows.map(({ id }) => id)))
  const overdue = await readFallingDue(db, shop.due, window.dueSince, now)
  return {
    rows: [...listed.rows, ...facts.rows],
    gone: facts.gone,
    payouts: listed.payouts,
    objects: [...facts.objects, ...overdue.map((id) => [id, 'overdue'] as const)],
    watched,
    whole: window.isWhole,
  }
}

type MovementsOf = ReadonlyMap<string, readonly Movement[]>

const movementsOf = async (deps: Deps, rows: readonly SeenRow[]): Promise<MovementsOf> =>
  readMovementsOf(deps.db, [...new Set(rows.map(({ source }) => source).filter((id) => id !== null))])

const ofRow = (movements: MovementsOf, row: SeenRow): readonly Movement[] =>
  movements.get(row.source ?? '') ?? []

const sightsOf = (deps: Deps, seen: Seen, movements: MovementsOf): Sight[] => [
  ...seen.rows.map((row) => ({
    id: row.id,
    source: row.source,
    digest: rowDigest(row, ofRow(movements, row)),
  })),
  ...seen.gone.map(({ id }) => ({ id, source: null, digest: 'gone' })),
  ...seen.payouts.map((payout) => ({
    id: payout.id,
    source: null,
    digest: payoutDigest(payout, deps.shop.due, deps.env.clock.now()),
  })),
  ...seen.objects.map(([id, digest]) => ({ id, source: null, digest })),
]

/** What changed since a look last dealt with it and is not plain. A watched payout is looked at with any of them. */
const suspectsOf = (
  deps: Deps,
  seen: Seen,
  changed: ReadonlySet<string>,
  movements: MovementsOf,
): Suspects => {
  const { watched } = seen
  const rateCard = deps.shop.rate_card
  const rows = seen.rows.filter(
    (row) => changed.has(row.id) && (watched.has(row.id) || !isPlain(row, ofRow(movements, row), rateCard)),
  )
  const gone = seen.gone.filter(({ id }) => changed.has(id))
  const objects = seen.objects.map(([id]) => id).filter((id) => changed.has(id))
  const isNews = rows.length + gone.length + objects.length > 0
  const payouts = seen.payouts.filter(({ id }) => changed.has(id) || (isNews && watched.has(id)))
  return { rows, gone, payouts, objects }
}

const countOf = ({ rows, gone, payouts, objects }: Suspects): number =>
  rows.length + gone.length + payouts.length + objects.length

const remember = async (deps: Deps, sights: readonly Sight[]): Promise<void> => {
  if (sights.length === 0) return
  const now = deps.env.clock.now()
  const columns = [sights.map(({ id }) => id), sights.map(({ source }) => source)]
  await deps.db.run(upsertDealt, [...columns, sights.map(({ digest }) => digest), now])
  await deps.db.run(deleteOld, [new Date(now.getTime() - REMEMBERED_MS)])
}

/**
 * One look between two nights: what Stripe booked since the last look, or on the whole unfinished date when that is due; payouts
 * that changed, movements whose time ran out, and the open exceptions of dates without a certificate. What is plain or was
 * dealt with costs a call for each hundred rows, one for payouts and a few statements; only what is not is examined. Stores
 * nothing of rows that agree, and no first certificate. Throws when any read fails; the next look begins where this one did. Only
 * under the reconciler's lock.
 */
export const look = async (
  deps: Deps,
  until: LookedUntil,
  pageSize: number,
  signal: AbortSignal,
): Promise<Looked> => {
  const seen = await see(deps, until, pageSize)
  let movements = await movementsOf(deps, seen.rows)
  let sights = sightsOf(deps, seen, movements)
  const ids = [sights.map(({ id }) => id)]
  const dealt = await deps.db.rows<{ id: string; digest: string }>(listDealt, ids)
  const digests = new Map(dealt.map(({ id, digest }) => [id, digest]))
  const isChanged = ({ id, digest }: Sight) => digests.get(id) !== digest
  const changed = new Set(sights.filter(isChanged).map(({ id }) => id))
  let suspects = suspectsOf(deps, seen, changed, movements)
  if (suspects.rows.length > 0) {
    // What was delivered and waits in the inbox is no finding.
    await drainInbox(deps, signal)
    movements = await movementsOf(deps, seen.rows)
    sights = sightsOf(deps, seen, movements)
    suspects = suspectsOf(deps, seen, changed, movements)
  }
  const examined = countOf(suspects)
  const result = examined === 0 ? undefined : await examine(deps, suspects, pageSize, signal)
  await remember(deps, sights.filter(isChanged))
  return {
    rows: seen.rows.length,
    payouts: seen.payouts.length,
    examined,
    submitted: result?.submitted ?? false,
    whole: seen.whole,
    runId: result?.published === undefined ? null : result.runId,
    published: result?.published,
  }
}
