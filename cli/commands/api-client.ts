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

/** Refusals that the caller can do something about by asking otherwise. */
const TOLD = new Set(['not_found', 'query_invalid', 'dates_uncertified'] as const)

/** Asks the platform's API for a text or a file, as a stream with its headers. Throws with the API's own message when it refuses. */
export const openAnswer = async (
  connection: Connection,
  path: string,
): Promise<{ readonly body: ReadableStream<Uint8Array>; readonly headers: Headers }> => {
  const response = await fetch(`${connection.url}/payments/api${path}`, {
    headers: { authorization: `Bearer ${connection.token}` },
  })
  if (response.ok && response.body) return { body: response.body, headers: response.headers }
  const { error } = (await response.json()) as { error?: { code?: string; message?: string } }
  const told = [...TOLD].find((code) => code === error?.code)
  throw new TillwatchError(
    told ?? 'internal_error',
    `${error?.code ?? response.status}: ${error?.message ?? ''}`,
  )
}

/** The same as a stream alone. */
export const openApi = async (connection: Connection, path: string): Promise<ReadableStream<Uint8Array>> =>
  (await openAnswer(connection, path)).body
