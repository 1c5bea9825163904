/** A name and how often it was counted. */
export interface Count {
  readonly name: string
  readonly count: number
}

/** More names than this tell a reader nothing. */
const SHOWN = 4

/** Counts per name, the most first, equal ones by name; what has no name is left out. */
export const countBy = <T>(
  rows: readonly T[],
  nameOf: (row: T) => string,
  countOf: (row: T) => number,
): readonly Count[] => {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const name = nameOf(row)
    if (name !== '') counts.set(name, (counts.get(name) ?? 0) + countOf(row))
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1))
}

export const totalOf = (counts: readonly Count[]): number => counts.reduce((sum, { count }) => sum + count, 0)

/** "insufficient_funds: 18, do_not_honor: 3", and how many more there are. */
export const sayCounts = (counts: readonly Count[]): string => {
  const rest = counts.slice(SHOWN)
  return [
    ...counts.slice(0, SHOWN).map(({ name, count }) => `${name}: ${count}`),
    ...(rest.length === 0 ? [] : [`${rest.length} others: ${totalOf(rest)}`]),
  ].join(', ')
}

/** The first name when it stands for at least `share` of all; one alone of one is no pattern. */
export const dominant = (counts: readonly Count[], total: number, share: number): Count | undefined => {
  const [first] = counts
  return first !== undefined && first.count > 1 && first.count >= share * total ? first : undefined
}
