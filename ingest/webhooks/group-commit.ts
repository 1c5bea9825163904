/** Writes things in groups: whoever waits while a group is being written goes into the next one, without any timer. */
export interface GroupCommit<T, R> {
  /** Resolves with this thing's answer once its group is committed, or rejects when its own write failed. */
  write(thing: T): Promise<R>
}

interface Waiting<T, R> {
  readonly thing: T
  readonly resolve: (answer: R) => void
  readonly reject: (error: unknown) => void
}

/**
 * `writeGroup` commits up to `groupMax` things and answers them in their order. When a group of several fails, each is
 * written alone, so that one bad thing does not fail the others (performance.md B, C); unless the error `concernsAll`, an
 * outage for instance, where asking for each again would only take longer.
 */
export const createGroupCommit = <T, R>(
  writeGroup: (things: readonly T[]) => Promise<readonly R[]>,
  groupMax: number,
  concernsAll: (error: unknown) => boolean = () => false,
): GroupCommit<T, R> => {
  const waiting: Waiting<T, R>[] = []
  let writing = false

  const settle = async (group: readonly Waiting<T, R>[]): Promise<void> => {
    try {
      const answers = await writeGroup(group.map(({ thing }) => thing))
      group.forEach(({ resolve }, index) => resolve(answers[index] as R))
    } catch (error) {
      if (group.length === 1 || concernsAll(error)) for (const { reject } of group) reject(error)
      else for (const one of group) await settle([one])
    }
  }
  const writeWaiting = async (): Promise<void> => {
    writing = true
    while (waiting.length > 0) await settle(waiting.splice(0, groupMax))
    writing = false
  }
  return {
    write: (thing) =>
      new Promise<R>((resolve, reject) => {
        waiting.push({ thing, resolve, reject })
        if (!writing) void writeWaiting()
      }),
  }
}
