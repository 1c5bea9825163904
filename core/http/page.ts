import { z } from '@hono/zod-openapi'
import { instantField } from './fields.ts'
import { readJson } from './read-json.ts'

const LIMIT_MAX = 100
const LIMIT_DEFAULT = 25
const CURSOR_MAX = 1_000
const YEAR_MS = 366 * 86_400_000

/** `limit` of a list: 1 to 100. */
export const limitField = () =>
  z
    .string()
    .regex(/^\d{1,4}$/, 'must be a number')
    .default(String(LIMIT_DEFAULT))
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= LIMIT_MAX, `must be 1 to ${LIMIT_MAX}`)
    .openapi({ type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })

/** The opaque text of where a page ended. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position), 'utf8').toString('base64url')

const parseCursor = (text: string): unknown => {
  try {
    // A forged cursor is a body from outside like any other.
    return readJson(Buffer.from(text, 'base64url'))
  } catch {
    return undefined
  }
}

/** A `cursor` parameter made by `encodeCursor`, checked against `position` before anything uses it. */
export const cursorField = <Position extends z.ZodType>(position: Position) =>
  z
    .string()
    .max(CURSOR_MAX)
    .transform((text, context): z.output<Position> => {
      const result = position.safeParse(parseCursor(text))
      if (result.success) return result.data
      context.addIssue({ code: 'custom', message: 'is not a cursor of this list' })
      return z.NEVER
    })
    .openapi({ type: 'string' })

/** Position of a list sorted by an instant and an id, newest first; only ids of this list's kind, `prefix_...`. */
export const timePosition = (prefix: string) =>
  z.strictObject({ at: instantField(), id: z.string().regex(new RegExp(`^${prefix}_[\\w-]{1,100}$`)) })

/** `from` and `to` of a list: [from, to), at most a year. Spread into the query's shape and add `rangeRule`. */
export const rangeShape = () => ({ from: instantField().optional(), to: instantField().optional() })

/** Refines a query that has `rangeShape`: `from` is not after `to` and they are at most a year apart. */
export const rangeRule = (query: { from?: unknown; to?: unknown }, context: z.RefinementCtx): void => {
  // Rules across fields are asked even when a field is wrong, and then see what came.
  if (!(query.from instanceof Date) || !(query.to instanceof Date)) return
  const length = query.to.getTime() - query.from.getTime()
  if (length >= 0 && length <= YEAR_MS) return
  const message = length < 0 ? 'must not be after to' : 'must be at most a year before to'
  context.addIssue({ code: 'custom', path: ['from'], message })
}

/** A page from one row more than its limit: the rows and where the next page starts, or null at the end. */
export const pageOf = <Row, Wire>(
  rows: readonly Row[],
  limit: number,
  toWire: (row: Row) => Wire,
  positionOf: (row: Row) => unknown,
): { data: Wire[]; next_cursor: string | null } => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { data: shown.map(toWire), next_cursor: more ? encodeCursor(positionOf(last)) : null }
}

/** The answer's schema of a list. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ data: z.array(item), next_cursor: z.string().nullable() })
