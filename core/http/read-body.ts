import type { Context } from 'hono'
import { TillwatchError } from '../errors.ts'
import { readJson } from './read-json.ts'

/** Largest JSON body of the API; webhooks have their own limit. */
export const BODY_BYTES_MAX = 64 * 1024

const isJsonInUtf8 = (contentType: string): boolean =>
  /^application\/json(\s*;\s*charset\s*=\s*"?utf-8"?)?\s*$/i.test(contentType.trim())

/**
 * The raw bytes of a request's body as one buffer, also when it comes in chunks without a length. Throws
 * `payload_too_large` beyond `max`; reads no further then.
 */
export const readBytes = async (c: Context, max: number): Promise<Uint8Array> => {
  const announced = Number(c.req.header('content-length') ?? Number.NaN)
  if (announced > max) throw new TillwatchError('payload_too_large')
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

/** The JSON body of a request, strictly read. With `optional`, no body at all counts as `{}`. */
export const readJsonBody = async (c: Context, optional: boolean): Promise<unknown> => {
  const contentType = c.req.header('content-type')
  if (contentType === undefined && optional) {
    const bytes = await readBytes(c, BODY_BYTES_MAX)
    if (bytes.length === 0) return {}
  }
  if (!isJsonInUtf8(contentType ?? '')) throw new TillwatchError('unsupported_media_type')
  return readJson(await readBytes(c, BODY_BYTES_MAX))
}
