import { expect } from 'vitest'
import { z } from 'zod'
import { ERROR_CODES, type ErrorCode } from '#core/error-codes.ts'
import { containsPan } from '#core/http/pan.ts'
import type { Answer, Call, Door } from './open-door.ts'

/** What a client reads of a failure, and nothing more, whatever failed (reliability.md P23). */
const refusalSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    message: z.string().min(1).max(300),
    request_id: z.string().regex(/^req_[0-9a-z]{26}$/),
    issues: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    sale_id: z.string().optional(),
    payment_id: z.string().optional(),
    reader_id: z.string().optional(),
    status: z.string().optional(),
    attention: z.string().nullable().optional(),
    amount_refundable: z.number().int().optional(),
    amount_owed: z.number().int().optional(),
    limit: z.number().int().optional(),
    provider_code: z.string().nullable().optional(),
    limited_by: z.enum(['caller', 'costly', 'address']).optional(),
    retry_after_s: z.number().int().positive().optional(),
    open: z.number().int().optional(),
    count: z.number().int().optional(),
    last_certified_date: z.string().nullable().optional(),
    exception_id: z.string().optional(),
    current_version: z.number().int().optional(),
    changed: z.array(z.looseObject({ version: z.number().int(), change: z.string() })).optional(),
    payment: z.looseObject({ id: z.string() }).optional(),
    refund: z.looseObject({ id: z.string() }).optional(),
    decline_code: z.string().nullable().optional(),
    advice: z.looseObject({ say: z.string() }).optional(),
  }),
})

/** A path of ours, a place in code, a class of a library, or a part of a statement. */
const INSIDES =
  /node_modules|\bat \S+ \(|\.[cm]?[jt]s:\d|\/work\/|\bSELECT\b|\bINSERT\b|ZodError|PostgresError|stack"/

/** Why an answer is not a good error answer, or undefined. */
export const problemOf = ({ status, headers, text, body }: Answer): string | undefined => {
  const parsed = refusalSchema.safeParse(body)
  if (!parsed.success) return `no error of ours: ${text.slice(0, 300)}`
  const { code, request_id: id } = parsed.data.error
  if (ERROR_CODES[code].status !== status) return `${code} with status ${status}`
  if (headers.get('request-id') !== id) return `the header says ${headers.get('request-id')}, the body ${id}`
  if (INSIDES.test(text)) return `tells of our insides: ${text.slice(0, 300)}`
  if (containsPan(text)) return 'echoes a card number'
  return undefined
}

/** The answer is the refusal `code` in our envelope. */
export const expectRefusal = (answer: Answer, status: number, code: string): void => {
  expect({ status: answer.status, code: answer.body?.error?.code }, answer.text).toEqual({ status, code })
  expect(problemOf(answer)).toBeUndefined()
}

type Documented = Record<string, Record<string, { responses: Record<string, { description: string }> }>>

/** Codes of the OpenAPI document by method and path; undefined where there is no such route. */
export const readDocumented = async (door: Door) => {
  const { paths } = (await door.send({ path: '/openapi.json' })).body as { paths: Documented }
  return (method: string, path: string): readonly string[] | undefined => {
    const found = Object.entries(paths).find(([template]) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path.split('?')[0] ?? ''),
    )
    const responses = found?.[1][method.toLowerCase()]?.responses
    return (
      responses &&
      Object.values(responses).flatMap(({ description }) => description.match(/^\w+(?=:)/gm) ?? [])
    )
  }
}

/** One line of the table: a call and its refusal. */
export interface Row extends Omit<Call, 'path' | 'token'> {
  readonly name: string
  readonly path: string | (() => string)
  readonly token?: () => string | null
  readonly want: readonly [status: number, code: string]
  readonly also?: (answer: Answer) => void
}

/** Sends the row's call: it is refused as the row says, the document has the code, and nothing was written. */
export const expectRow = async (
  door: Door,
  documented: Awaited<ReturnType<typeof readDocumented>>,
  row: Row,
): Promise<void> => {
  const { name: _name, want, also, path: where, token, ...rest } = row
  const path = typeof where === 'string' ? where : where()
  const before = await door.written()
  const answer = await door.send({ ...rest, path, ...(token ? { token: token() } : {}) })
  expectRefusal(answer, ...want)
  also?.(answer)
  expect(await door.written()).toEqual(before)
  const codes = documented(row.method ?? (row.body === undefined ? 'GET' : 'POST'), path)
  if (codes) expect(codes).toContain(want[1])
}
