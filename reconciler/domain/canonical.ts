const ordered = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, field]) => [key, ordered(field)]),
  )
}

/**
 * One text per value, whatever the order of its keys: JSON with sorted keys, whole numbers beyond JSON as strings, instants
 * in UTC. Two different values never give the same text, because JSON quotes and brackets every part.
 */
export const canonicalText = (value: unknown): string => JSON.stringify(ordered(value))
