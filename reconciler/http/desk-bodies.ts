import { z } from '@hono/zod-openapi'
import { withCode } from '#core/http/fields.ts'
import { ownerField } from '../desk/filter.ts'
import type { Wish } from '../desk/plan-resolution.ts'

const NOTE_MAX = 2_000
const FORBIDDEN_IN_NOTE = /[\u0000-\u0008\u000b-\u001f\u007f]/

/** What a person writes: several lines are welcome. */
export const noteField = () =>
  z
    .string()
    .trim()
    .min(1)
    .refine(
      (text) => text.length <= NOTE_MAX,
      withCode('metadata_invalid', `must have at most ${NOTE_MAX} characters`),
    )
    .refine(
      (text) => !FORBIDDEN_IN_NOTE.test(text),
      withCode('metadata_invalid', 'must not hold control characters'),
    )
    .openapi({ maxLength: NOTE_MAX })

/** The version at which the caller saw the exception. */
export const versionField = () => z.number().int().min(1).max(2_147_483_647)
export const optionalNote = () => noteField().optional()

/** Fields of the actions, without the version. */
export const ASSIGN = { owner: ownerField().nullable() }
export const NOTE = { text: noteField() }
export const REOPEN = { note: noteField() }

const reasonField = () => z.string().regex(/^[a-z_]{1,40}$/)

/** How to resolve; `resolveRule` says which fields go together. */
export const resolveShape = () => ({
  resolution: z.enum(['accept', 'write_off', 'forced_match', 'adjust']),
  reason: reasonField(),
  note: optionalNote(),
  /** For adjust: the account that takes it. */
  account: z
    .string()
    .regex(/^[a-z_]+(?::[a-z0-9_]+)*$/)
    .max(100)
    .optional(),
  /** For forced_match: the exception of the other side. */
  counterpart: z
    .string()
    .regex(/^exc_\w{1,80}$/)
    .optional(),
  write_off_difference: z.boolean().optional(),
})

interface Resolve {
  readonly resolution?: unknown
  readonly account?: unknown
  readonly counterpart?: unknown
  readonly write_off_difference?: unknown
}

/** Each field belongs to one resolution: what would be ignored is refused. */
export const resolveRule = (body: Resolve, context: z.RefinementCtx): void => {
  const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
  const { resolution } = body
  if ((resolution === 'adjust') !== (body.account !== undefined))
    issue('account', 'belongs to adjust, and to nothing else')
  if ((resolution === 'forced_match') !== (body.counterpart !== undefined))
    issue('counterpart', 'belongs to forced_match, and to nothing else')
  if (resolution !== 'forced_match' && body.write_off_difference !== undefined)
    issue('write_off_difference', 'belongs to forced_match alone')
}

const RESOLUTION = {
  accept: 'accepted',
  write_off: 'write_off',
  forced_match: 'forced_match',
  adjust: 'adjusted',
} as const

/** The wish that a body stands for. */
export const toWish = (body: {
  readonly resolution: keyof typeof RESOLUTION
  readonly reason: string
  readonly note?: string | undefined
  readonly account?: string | undefined
  readonly counterpart?: string | undefined
  readonly write_off_difference?: boolean | undefined
}): Wish => ({
  resolution: RESOLUTION[body.resolution],
  reason: body.reason,
  note: body.note ?? null,
  account: body.account ?? null,
  counterpartId: body.counterpart ?? null,
  writeOffRest: body.write_off_difference ?? false,
})
