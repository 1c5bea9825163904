import { TillwatchError } from '#core/errors.ts'
import { saveExceptions, type Desk, type DeskException } from './desk-exception.ts'
import { reverseAdjustments } from './reverse-adjustments.ts'

/**
 * Opens what a person had resolved, and takes its adjustment back to the cent; the other side of a forced match, which the
 * caller has locked too, opens with it. Throws `invalid_state` for what no person resolved.
 */
export const reopen = async (
  desk: Desk,
  exception: DeskException,
  locked: ReadonlyMap<string, DeskException>,
  why: string,
): Promise<void> => {
  if (exception.status === 'open') throw new TillwatchError('invalid_state', 'It is open.')
  if (exception.resolution === 'healed')
    throw new TillwatchError('invalid_state', 'Both sides agree: a run opens it again when they do not.')
  const entry = exception.adjustment_entry
  const together =
    entry === null
      ? [exception]
      : [...locked.values()].filter(({ adjustment_entry: other }) => other === entry)
  const cause = { kind: 'person' as const, id: desk.actor.actorId }
  const reversed = { cause, at: desk.now, zone: desk.shop.account.zone }
  await reverseAdjustments(desk.env, desk.db, entry === null ? [] : [entry], reversed)
  const patch = {
    status: 'open' as const,
    resolution: null,
    reason: null,
    resolved_by: null,
    resolved_by_name: null,
    resolved_at: null,
    adjustment_entry: null,
  }
  await saveExceptions(desk, together, patch, { change: 'reopened', why })
}
