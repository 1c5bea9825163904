import { api } from '../../lib/api.ts'
import { ApiError } from '../../lib/api-error.ts'
import type { WholeException } from './exception.ts'

/** The version to act on next: the one that was seen, or, once a refusal has told what changed, the newest. */
export const versionAfter = (error: unknown, seen: number): number => {
  const now = error instanceof ApiError ? error.details['current_version'] : undefined
  return typeof now === 'number' ? now : seen
}

/** Does something with an exception as it is on the screen; throws `version_stale` when it is another one by now. */
export const act = (
  exception: Pick<WholeException, 'id' | 'version'>,
  verb: 'assign' | 'note' | 'resolve' | 'approve' | 'reject' | 'reopen',
  body: object,
): Promise<WholeException> =>
  api.post<WholeException>(`/reconciliation/exceptions/${exception.id}/${verb}`, {
    version: exception.version,
    ...body,
  })
