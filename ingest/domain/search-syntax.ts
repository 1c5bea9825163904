/** What a search may ask of a payment; each is also a parameter of the list. */
export const SEARCH_FIELDS = [
  'status',
  'method',
  'currency',
  'amount',
  'created',
  'last4',
  'brand',
  'store',
  'till',
  'customer',
  'cashier',
  'decline',
  'ref',
  'check',
  'is',
] as const
export type SearchField = (typeof SEARCH_FIELDS)[number]

export type Operator = '=' | '>' | '>=' | '<' | '<='

/** `field:value`, with everything that may stand around it. */
export interface Term {
  readonly field: SearchField
  readonly operator: Operator
  readonly value: string
  readonly negated: boolean
}

/** A search as it was written: terms that all must hold, and words without a field, which are one text. */
export interface Search {
  readonly terms: readonly Term[]
  readonly text: string
}

/** Why a search cannot be read, in words for whoever wrote it. */
export interface SearchProblem {
  readonly problem: string
}

/** Fields that have an order, so that `>` and `<` mean something. */
const ORDERED: readonly SearchField[] = ['amount', 'created']

const isField = (name: string): name is SearchField => (SEARCH_FIELDS as readonly string[]).includes(name)

/** Words of a search; what stands between quotation marks is one of them, with its blanks. */
const TOKEN = /(-?)(?:([^\s":]+):)?([<>]=?)?(?:"([^"]*)"|([^\s"]*))/gy

interface Token {
  readonly negated: boolean
  readonly name: string | undefined
  readonly operator: string | undefined
  readonly value: string
  readonly raw: string
  readonly quoted: boolean
}

const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = []
  for (const part of text.trim().matchAll(/(?:[^\s"]+|"[^"]*"?)+/g)) {
    const [raw] = part
    TOKEN.lastIndex = 0
    const [, minus = '', name, operator, quoted, plain = ''] = TOKEN.exec(raw) ?? []
    tokens.push({
      negated: minus === '-',
      name,
      operator,
      value: quoted ?? plain,
      raw,
      quoted: quoted !== undefined,
    })
  }
  return tokens
}

/** Only what looks like a name is said again: what was typed may be a card number. */
const said = (name: string): string => (/^[a-z_]{1,30}$/i.test(name) ? `"${name}"` : 'of this name')

const termOf = ({ negated, name = '', operator, value }: Token): Term | SearchProblem => {
  const field = name.toLowerCase()
  if (!isField(field)) return { problem: `there is no field ${said(name)}; use ${SEARCH_FIELDS.join(', ')}` }
  if (operator !== undefined && !ORDERED.includes(field))
    return {
      problem: `${operator} means nothing for "${field}"; only ${ORDERED.join(' and ')} have an order`,
    }
  if (value === '') return { problem: `"${field}" has no value` }
  return { field, operator: (operator ?? '=') as Operator, value, negated }
}

const isProblem = (term: Term | SearchProblem): term is SearchProblem => 'problem' in term

/**
 * Reads a search: `status:failed amount:>10 -currency:usd customer:"J. Doe" 4242`. Terms are joined by "and"; the same field
 * twice means either value; `-` turns a term round; words without a field are one text that must be an id, a ref or four digits
 * of a card. Answers the first problem where it cannot be read.
 */
export const parseSearch = (text: string): Search | SearchProblem => {
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) return { problem: 'a quotation mark is not closed' }
  const tokens = tokensOf(text)
  const isFree = ({ name }: Token): boolean => name === undefined
  const stray = tokens.find((token) => isFree(token) && (token.negated || token.operator !== undefined))
  if (stray) return { problem: 'an operator stands without a field, such as -status:failed or amount:>10' }
  const terms = tokens.filter((token) => !isFree(token)).map(termOf)
  const problem = terms.find(isProblem)
  if (problem) return problem
  return {
    terms: terms.filter((term): term is Term => !isProblem(term)),
    text: tokens
      .filter(isFree)
      .map((token) => token.value)
      .join(' '),
  }
}
