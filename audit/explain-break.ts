import { entryHash, GENESIS, type SealedEntry } from './entry-hash.ts'

/** A place of the chain with its row; null when the row is gone. */
export interface Place {
  readonly position: bigint
  readonly entryId: string
  readonly hash: string
  readonly entry: SealedEntry | null
}

const follows = (place: Place | undefined, previousHash: string | undefined): boolean =>
  place !== undefined &&
  place.entry !== null &&
  previousHash !== undefined &&
  entryHash(previousHash, place.entry) === place.hash

/**
 * Says what was done at a place whose hash does not follow the place before, as far as the places around show it: a row was put in, rows
 * changed places, or the row is not what was sealed. The position is that of the first row that is wrong.
 */
export const explainBreak = (
  broken: Place,
  around: readonly Place[],
): { readonly position: bigint; readonly what: string } => {
  const at = (position: bigint): Place | undefined => around.find((place) => place.position === position)
  const hashAt = (position: bigint): string | undefined => (position === 0n ? GENESIS : at(position)?.hash)
  const { position } = broken
  const previous = hashAt(position - 1n)
  const name = broken.entryId
  // Its row fits a hash that stands elsewhere, or another row fits this place: the order was changed.
  const belongs = around.find(
    ({ entry, position: other }) =>
      other !== position &&
      entry !== null &&
      previous !== undefined &&
      entryHash(previous, entry) === broken.hash,
  )
  if (belongs)
    return {
      position,
      what: `reordered: ${name} stands where ${belongs.entryId} was sealed (place ${belongs.position} now)`,
    }
  const rightful = around.find((place) => place.position > position && follows(place, previous))
  if (rightful) {
    const inserted = rightful.position - position === 1n && !follows(broken, rightful.hash)
    return inserted
      ? { position, what: `inserted: ${name} was put before ${rightful.entryId}` }
      : {
          position,
          what: `reordered: ${rightful.entryId} (place ${rightful.position} now) was sealed here, not ${name}`,
        }
  }
  // Put in with a hash that fits: the row behind it still follows the one before it.
  const inserted = at(position - 1n)
  if (inserted && follows(broken, hashAt(position - 2n)))
    return { position: position - 1n, what: `inserted: ${inserted.entryId} was put before ${name}` }
  return { position, what: `altered: ${name} is not what was sealed, or the row before it was taken out` }
}
