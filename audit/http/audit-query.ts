import { z } from '@hono/zod-openapi'
import { AUDIT_KINDS } from '#core/audit/append-audit.ts'
import { instantField, textField } from '#core/http/fields.ts'
import { cursorField, limitField, rangeRule, rangeShape } from '#core/http/page.ts'

/** Where a page ended: rows of one instant are in the order of writing. */
const position = z.strictObject({ at: instantField(), seq: z.string().regex(/^\d{1,18}$/) })

const filters = () => ({
  ...rangeShape(),
  /** Id or whole name. */
  actor: textField(100).optional(),
  /** Beginning of the action: `payments.` is everything about payments. */
  action: z
    .string()
    .regex(/^[\w.{}-]{1,100}$/)
    .optional(),
  object: textField(300).optional(),
  kind: z.enum(AUDIT_KINDS).optional(),
  /** Anywhere in the row, what was before and after included. */
  q: textField(200).optional(),
})

export const exportQuery = z
  .strictObject({ ...filters(), format: z.enum(['csv']).default('csv') })
  .superRefine(rangeRule)

export const listQuery = z
  .strictObject({ ...filters(), limit: limitField(), cursor: cursorField(position).optional() })
  .superRefine(rangeRule)

type Filters = Omit<z.output<typeof exportQuery>, 'format'>

/** Parameters of `audit_entry_list.sql` up to the page's own. */
export const filterParams = ({ from, to, actor, action, object, kind, q }: Filters): unknown[] =>
  [from, to, actor, action, object, kind, q?.toLowerCase()].map((value) => value ?? null)
