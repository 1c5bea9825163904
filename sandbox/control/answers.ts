import type { Context } from 'hono'
import type { z } from 'zod'

/** A refusal of the control plane. */
export class ControlFailure extends Error {
  override readonly name = 'ControlFailure'
  readonly status: 400 | 404
  readonly code: string
  constructor(status: 400 | 404, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The JSON body in the given shape; 400 `invalid_body` otherwise. */
export const readBody = async <T>(context: Context, shape: z.ZodType<T>): Promise<T> => {
  const text = await context.req.text()
  let body: unknown
  try {
    body = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new ControlFailure(400, 'invalid_body', 'The body is not JSON.')
  }
  const result = shape.safeParse(body)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw new ControlFailure(400, 'invalid_body', issues.join('; '))
}

/** A whole number from the query, or the default; 400 `invalid_query` for anything else. */
export const readNumber = (context: Context, name: string, otherwise: number): number => {
  const text = context.req.query(name)
  if (text === undefined) return otherwise
  const value = Number(text)
  if (Number.isSafeInteger(value) && /^-?\d+$/.test(text)) return value
  throw new ControlFailure(400, 'invalid_query', `${name} must be a whole number.`)
}
