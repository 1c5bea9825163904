import type { Context } from 'hono'
import { TillwatchError } from '../errors.ts'
import { readJson } from './read-json.ts'

/** Largest JSON body of the API; webhooks have their own limit. */
export const BODY_BYTES_MAX = 64 * 1024

const isJsonInUtf8 = (contentType: string): boolean =>
  /^application\/json(\s*;\s*charset\s*=\s*"?utf-8"?)?\s*$/i.test(contentType.trim())

const readWhole = async (c: Context): Promise<Uint8Array> => {
  try {
    return new Uint8Array(await c.req.raw.arrayBuffer())
  } catch (error) {
    // The client went away in the middle of its body.
    throw new TillwatchError('malformed_json', undefined, { cause: error })
  }
}

/**
 * The raw bytes of a request's body as one buffer, also when it comes in chunks without a length. Throws
 * `payload_too_large` beyond `max`; reads no further then.
 */
export const readBytes = async (c: Context, max: number): Promise<Uint8Array> => {
  const announced = Number(c.req.header('content-length') ?? Number.NaN)
  if (announced > max) throw new TillwatchError('payload_too_large')
  // Node holds a client to the length that it announced, so this is bounded too; without a web stream it is a quarter faster.
  if (announced >= 0) return readWhole(c)
  const body = c.req.raw.body
  if (!body) return new Uint8Array(0)
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return Buffer.concat(chunks)
      size += value.length
      if (size > max) throw new TillwatchError('payload_too_large')
      chunks.push(value)
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined)
    if (error instanceof TillwatchError) throw error
    // The client went away in the middle of its body.
    throw new TillwatchError('malformed_json', undefined, { cause: error })
  }
}

/** A body in a coding such as gzip would be read as what it is not, and may be far larger than it looks. */
const isCoded = (c: Context): boolean =>
  (c.req.header('content-encoding') ?? 'identity').toLowerCase() !== 'identity'

const checkType = (c: Context): void => {
  if (isCoded(c) || !isJsonInUtf8(c.req.header('content-type') ?? ''))
    throw new TillwatchError('unsupported_media_type')
}

/** The JSON body of a request, strictly read. With `optional`, no body at all counts as `{}`, whatever its type. */
export const readJsonBody = async (c: Context, optional: boolean): Promise<unknown> => {
  if (optional) {
    const bytes = await readBytes(c, BODY_BYTES_MAX)
    if (bytes.length === 0) return {}
    checkType(c)
    return readJson(bytes)
  }
  checkType(c)
  return readJson(await readBytes(c, BODY_BYTES_MAX))
}
