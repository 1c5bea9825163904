/** A condition of SQL with `$` where each of its values stands, in order. */
export interface Condition {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** `column = value`, or one of several values; an empty list holds for no row. */
export const oneOf = (column: string, values: readonly string[]): Condition => {
  const [only, ...more] = values
  if (only === undefined) return { sql: 'false', values: [] }
  // One value is said as such: only then does an index also give the order.
  return more.length === 0
    ? { sql: `${column} = $`, values: [only] }
    : { sql: `${column} = ANY($::text[])`, values: [values] }
}

/** The opposite, which also holds where nothing is known. */
export const not = ({ sql, values }: Condition): Condition => ({ sql: `(${sql}) IS NOT TRUE`, values })

/**
 * Joins conditions by AND and numbers their values from `first` on. The text is put together of constants of our code alone;
 * whatever came from outside travels as a value. Statements made so have no name: Postgres plans each with its values, which
 * is what a list with twenty optional filters needs.
 */
export const whereOf = (
  conditions: readonly Condition[],
  first = 1,
): { readonly text: string; readonly values: readonly unknown[] } => {
  let next = first
  const text = conditions.map(({ sql }) => sql.replaceAll('$', () => `$${next++}`))
  return {
    text: text.length === 0 ? 'true' : text.join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  }
}
