import { newId } from '#core/ids.ts'
import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Matcher } from '../domain/labels.ts'
import { problemsOf, type Silence } from '../domain/silence.ts'

const insert = loadSql(import.meta.url, 'sql/silence_insert.sql')
const end = loadSql(import.meta.url, 'sql/silence_end.sql')
const select = loadSql(import.meta.url, 'sql/silence_select.sql')
const list = loadSql(import.meta.url, 'sql/silences_list.sql')

/** A silence as it is stored; one that was ended before its time says by whom. */
export interface StoredSilence {
  readonly id: string
  readonly matchers: readonly Matcher[]
  readonly author: string
  readonly reason: string
  readonly from_at: Date
  /** Not included. */
  readonly until_at: Date
  readonly created_at: Date
  readonly ended_at: Date | null
  readonly ended_by: string | null
}

/** What somebody asks for; it begins at once unless `from` is given. */
export interface AskedSilence {
  readonly matchers: readonly Matcher[]
  readonly author: string
  readonly reason: string
  readonly from?: Date | undefined
  readonly until: Date
}

/** One silence by its id. Throws `not_found`. */
export const findSilence = async ({ db }: Pick<Deps, 'db'>, id: string): Promise<StoredSilence> => {
  const row = await db.first<StoredSilence>(select, [id])
  if (!row) throw new TillwatchError('not_found')
  return row
}

/**
 * Has alerts of a kind told to nobody for a while; they are evaluated all the same. Throws `validation_failed` with a
 * sentence for each thing that is wrong with it; `unsilenceable` are names of rules that nobody may silence.
 */
export const addSilence = async (
  deps: Pick<Deps, 'db' | 'env'>,
  asked: AskedSilence,
  unsilenceable: readonly string[],
): Promise<StoredSilence> => {
  const now = deps.env.clock.now()
  const from = asked.from ?? now
  const problems = [
    ...problemsOf({ ...asked, from }, unsilenceable),
    ...(asked.until <= now ? ['it is over already'] : []),
  ]
  if (problems.length > 0)
    throw new TillwatchError('validation_failed', problems.join('; '), {
      details: { issues: problems.map((message) => ({ path: '', message })) },
    })
  const id = newId(deps.env, 'silence')
  const { matchers, author, reason, until } = asked
  await deps.db.run(insert, [id, JSON.stringify(matchers), author, reason.trim(), from, until, now])
  return findSilence(deps, id)
}

/** Ends a silence before its time; nothing happens to one that has ended. Throws `not_found`. */
export const endSilence = async (
  deps: Pick<Deps, 'db'>,
  { id, by, at }: { readonly id: string; readonly by: string; readonly at: Date },
): Promise<StoredSilence> => {
  await deps.db.run(end, [id, at, by])
  return findSilence(deps, id)
}

/** Silences, the one that ends last first: at most `limit`, with `endedToo` also those of the past. */
export const listSilences = async (
  { db }: Pick<Deps, 'db'>,
  options: {
    readonly at: Date
    readonly endedToo?: boolean
    readonly limit: number
    readonly after?: { readonly at: Date; readonly id: string } | undefined
  },
): Promise<StoredSilence[]> => {
  const { at, endedToo = false, limit, after } = options
  return db.rows<StoredSilence>(list, [!endedToo, at, after?.at ?? null, after?.id ?? null, limit])
}

/** A stored silence as the rules of silences know it. */
export const asSilence = ({ from_at: from, until_at: until, ...rest }: StoredSilence): Silence => ({
  ...rest,
  from,
  until,
})
