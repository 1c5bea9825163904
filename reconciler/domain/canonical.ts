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
 * One text per value, whatever the order of its keys: JSON with sorted keys, amounts (bigint) as decimal strings, instants as
 * ISO strings in UTC, undefined fields left out. A value that was stored as JSON gives the same text when it is read back.
 * No two parts run into each other, because JSON quotes and brackets every part; which part is a date or an amount is said
 * by its place, so texts are only compared with texts of the same shape.
 */
export const canonicalText = (value: unknown): string => JSON.stringify(ordered(value))
