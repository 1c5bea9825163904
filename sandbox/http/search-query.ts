import { invalid } from './errors.ts'

/** One condition of a search: `-status:"failed"`, `amount>100`, `metadata["order"]:"7"`. */
type Clause = { field: string; key: string | null; operator: string; value: string | null; isNot: boolean }

const CLAUSE =
  /^(-)?([a-z_0-9.]+)(?:\[(['"])(.+?)\3\])?(:|~|>=|<=|>|<)(?:(["'])((?:\\.|(?!\6).)*)\6|(null|true|false|-?\d+))/

const refuse = (query: string) =>
  invalid(`We were unable to parse your search query: ${query.slice(0, 200)}`, { param: 'query' })

/** Reads a query: clauses joined by AND (or a space), or all by OR; Stripe does not let the two be mixed. */
const parse = (query: string): { clauses: Clause[]; isAny: boolean } => {
  const clauses: Clause[] = []
  const joints = new Set<string>()
  let rest = query.trim()
  while (rest !== '') {
    const found = CLAUSE.exec(rest)
    if (!found) throw refuse(query)
    const [all, not, field = '', , key, operator = '', , quoted, bare] = found
    const value = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1')
    clauses.push({
      field,
      key: key ?? null,
      operator,
      value: bare === 'null' ? null : value,
      isNot: not !== undefined,
    })
    rest = rest.slice(all.length)
    const [joint = '', word = 'AND'] = /^\s+(?:(AND|OR)\s+)?/i.exec(rest) ?? []
    rest = rest.slice(joint.length)
    if (rest !== '' && joint === '') throw refuse(query)
    if (rest !== '') joints.add(word.toUpperCase())
  }
  if (clauses.length === 0 || clauses.length > 10 || joints.size > 1) throw refuse(query)
  return { clauses, isAny: joints.has('OR') }
}

const valueAt = (object: object, field: string, key: string | null): unknown => {
  const path = key === null ? field.split('.') : [...field.split('.'), key]
  let value: unknown = object
  for (const part of path) value = (value as Record<string, unknown> | null | undefined)?.[part]
  return value ?? null
}

const holds = (object: object, clause: Clause): boolean => {
  const found = valueAt(object, clause.field, clause.key)
  const { operator, value } = clause
  if (value === null) return found === null
  if (found === null) return false
  const text = String(found as string | number | boolean)
  if (operator === ':') return text.toLowerCase() === value.toLowerCase()
  if (operator === '~') return text.toLowerCase().includes(value.toLowerCase())
  const [left, right] = [Number(text), Number(value)]
  if (operator === '>') return left > right
  if (operator === '<') return left < right
  return operator === '>=' ? left >= right : left <= right
}

/**
 * Stripe's search query language as far as it is used here: `:`, `~` (part of a text), `>`, `<`, `>=`, `<=`, `-` for not,
 * AND or OR. Gives a test for objects; throws 400 for a query that cannot be read or names another field.
 */
export const readQuery = (query: string, fields: readonly string[]): ((object: object) => boolean) => {
  const { clauses, isAny } = parse(query)
  for (const { field, key } of clauses) {
    if (!fields.includes(field) || (field === 'metadata') !== (key !== null)) {
      throw invalid(`Field \`${field}\` is an unsupported search field for this resource.`, {
        param: 'query',
      })
    }
  }
  const fits = (object: object) => (clause: Clause) => holds(object, clause) !== clause.isNot
  return (object) => (isAny ? clauses.some(fits(object)) : clauses.every(fits(object)))
}
