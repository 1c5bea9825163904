/** The fields that differ, as they were: `previous_attributes` of an update event. */
export const previously = <T extends object>(old: T, now: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(old).filter(([key, value]) => {
      const changed = (now as Record<string, unknown>)[key]
      return JSON.stringify(changed) !== JSON.stringify(value)
    }),
  ) as Partial<T>
