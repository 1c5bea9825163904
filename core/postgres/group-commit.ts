import { codeOf, TillwatchError } from '../errors.ts'
import { isStorageOutage } from './db.ts'

/** Writes things in groups: whoever waits while a group is being written goes into the next one, without any timer. */
export interface GroupCommit<T, R> {
  /**
   * Resolves with this thing's answer once its group is committed, or rejects when its own write failed; rejects with
   * `storage_unavailable` at once when too many wait already.
   */
  write(thing: T): Promise<R>
}

/** How wide the door is. */
export interface GroupCommitLimits {
  /** Things in one commit; more only makes the first of them wait. */
  readonly groupMax: number
  /** Groups written at the same time: while one waits for its commit, another is sent. */
  readonly writers: number
  /** Things that may wait; a caller beyond them is told so rather than kept until he gives up. */
  readonly waitingMax: number
}

/** Measured best (performance.md B). */
export const GROUP_LIMITS: GroupCommitLimits = { groupMax: 50, writers: 2, waitingMax: 5_000 }

interface Waiting<T, R> {
  readonly thing: T
  readonly resolve: (answer: R) => void
  readonly reject: (error: unknown) => void
}

/** The database is away: asking for each thing again would only take longer. */
const isOutage = (error: unknown): boolean =>
  codeOf(error) === 'storage_unavailable' || isStorageOutage(error)

/**
 * `writeGroup` commits things together and answers them in their order. When a group of several fails, each of them is
 * written alone, so that one bad thing does not fail the others (performance.md B, C); an outage concerns them all.
 */
export const createGroupCommit = <T, R>(
  writeGroup: (things: readonly T[]) => Promise<readonly R[]>,
  limits: GroupCommitLimits = GROUP_LIMITS,
): GroupCommit<T, R> => {
  const { groupMax, writers, waitingMax } = limits
  let waiting: Waiting<T, R>[] = []
  let writing = 0

  const settle = async (group: readonly Waiting<T, R>[]): Promise<void> => {
    try {
      const answers = await writeGroup(group.map(({ thing }) => thing))
      group.forEach(({ resolve }, index) => resolve(answers[index] as R))
    } catch (error) {
      if (group.length === 1 || isOutage(error)) for (const { reject } of group) reject(error)
      else for (const one of group) await settle([one])
    }
  }
  const takeGroup = (): Waiting<T, R>[] => {
    const group = waiting.slice(0, groupMax)
    waiting = waiting.slice(groupMax)
    return group
  }
  const writeWaiting = async (): Promise<void> => {
    // Whoever comes in this turn of the event loop comes along.
    await new Promise(setImmediate)
    for (let group = takeGroup(); group.length > 0; group = takeGroup()) await settle(group)
    writing -= 1
  }
  return {
    write: async (thing) =>
      new Promise<R>((resolve, reject) => {
        if (waiting.length >= waitingMax) {
          reject(new TillwatchError('storage_unavailable'))
          return
        }
        waiting.push({ thing, resolve, reject })
        if (writing >= writers) return
        writing += 1
        void writeWaiting()
      }),
  }
}
