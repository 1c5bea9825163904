import { ApiError, offline } from '../../lib/api-error.ts'

/** What a sink of the sandbox holds, newest first. Throws ApiError. */
export const readSink = async <Row extends { readonly at: string }>(
  path: string,
): Promise<readonly Row[]> => {
  const response = await fetch(path, { headers: { accept: 'application/json' } }).catch(() => {
    throw offline()
  })
  const body = (await response.json().catch(() => null)) as { data?: readonly Row[] } | null
  if (!response.ok) throw new ApiError(response.status, body)
  return [...(body?.data ?? [])].sort((one, other) => other.at.localeCompare(one.at))
}
