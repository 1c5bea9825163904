/** True when a list of enabled events or type filters covers a type; `*` and a trailing `*` stand for anything. */
export const matchesType = (patterns: readonly string[], type: string): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type,
  )
