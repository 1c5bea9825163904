/** Keys that this process is at now, with how many of its calls are. */
export type RunningKeys = Map<string, number>

/** Says that this process is at the key, until the answer is called. */
export const enterKey = (running: RunningKeys, key: string): (() => void) => {
  running.set(key, (running.get(key) ?? 0) + 1)
  return () => {
    const left = (running.get(key) ?? 1) - 1
    if (left > 0) running.set(key, left)
    else running.delete(key)
  }
}

/** Runs `work` as one in this process that is at the key. */
export const whileRunning = async <T>(
  running: RunningKeys,
  key: string,
  work: () => Promise<T>,
): Promise<T> => {
  const leave = enterKey(running, key)
  try {
    return await work()
  } finally {
    leave()
  }
}

/**
 * Lets the calls of this process with one key go one after the other: whether a key is ours and nobody is at it can only be
 * said while nobody else of this process is asking the same.
 */
export const inTurn = async <T>(
  turns: Map<string, Promise<void>>,
  key: string,
  work: () => Promise<T>,
): Promise<T> => {
  const mine = (turns.get(key) ?? Promise.resolve()).then(work)
  const ended = mine.then(
    () => undefined,
    () => undefined,
  )
  turns.set(key, ended)
  try {
    return await mine
  } finally {
    if (turns.get(key) === ended) turns.delete(key)
  }
}
