import { TillwatchError } from '#core/errors.ts'
import type { Connection } from './shared.ts'

/** Calls the platform's API and answers the JSON document. Throws with the API's own message when it refuses. */
export const callApi = async <T>(
  connection: Connection,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<T> => {
  const response = await fetch(`${connection.url}/payments/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${connection.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const document: unknown = await response.json()
  if (response.ok) return document as T
  const { error } = document as { error?: { code?: string; message?: string; request_id?: string } }
  throw new TillwatchError(
    'internal_error',
    `${error?.code ?? response.status}: ${error?.message ?? ''} (${error?.request_id ?? 'no request id'})`,
  )
}

/** Asks the platform's API for a text or a file, as a stream. Throws with the API's own message when it refuses. */
export const openApi = async (connection: Connection, path: string): Promise<ReadableStream<Uint8Array>> => {
  const response = await fetch(`${connection.url}/payments/api${path}`, {
    headers: { authorization: `Bearer ${connection.token}` },
  })
  if (response.ok && response.body) return response.body
  const { error } = (await response.json()) as { error?: { code?: string; message?: string } }
  throw new TillwatchError(
    error?.code === 'not_found' || error?.code === 'query_invalid' ? error.code : 'internal_error',
    `${error?.code ?? response.status}: ${error?.message ?? ''}`,
  )
}
