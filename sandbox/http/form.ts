import { invalid } from './errors.ts'

/** Decoded form: a leaf is text, a branch has names or, for lists, index numbers as keys. */
export type Raw = string | RawTree
export type RawTree = { [key: string]: Raw }

const PARAMETERS_MAX = 1_000
const DEPTH_MAX = 8

const emptyTree = (): RawTree => Object.create(null) as RawTree

/** `a[b][0]` -> ['a','b','0']; null when the brackets do not fit together. */
export const splitName = (name: string): string[] | null => {
  const open = name.indexOf('[')
  if (open === -1) return name.includes(']') ? null : [name]
  const path = [name.slice(0, open)]
  const rest = name.slice(open)
  if (!/^(\[[^[\]]*\])+$/.test(rest)) return null
  for (const part of rest.slice(1, -1).split('][')) path.push(part)
  return path
}

const nextIndex = (tree: RawTree): string => {
  let index = 0
  while (String(index) in tree) index += 1
  return String(index)
}

/** The element that `a[]` means: a new one, or with `a[][b]` the last one as long as it has no `b` (as Rack reads it). */
const elementFor = (tree: RawTree, inner: string | undefined): string => {
  const next = nextIndex(tree)
  const last = tree[String(Number(next) - 1)]
  const goesOn = inner !== undefined && typeof last === 'object' && !(inner in last)
  return goesOn ? String(Number(next) - 1) : next
}

const place = (root: RawTree, path: string[], value: string, name: string): void => {
  let tree = root
  path.forEach((part, depth) => {
    const key = part === '' && depth > 0 ? elementFor(tree, path[depth + 1]) : part
    if (depth === path.length - 1) {
      tree[key] = value
      return
    }
    const inner = (tree[key] ??= emptyTree())
    if (typeof inner === 'string') throw invalid(`Invalid object: ${name}`, { param: path[0] ?? name })
    tree = inner
  })
}

/**
 * Decodes `application/x-www-form-urlencoded` in every style Stripe's clients use: `a[b]=`, `a[0]=`, `a[]=` (the SDK
 * numbers its lists, the CLI does not). A later value of the same name wins. Throws 400 on broken brackets.
 */
export const parseForm = (text: string, into: RawTree = emptyTree()): RawTree => {
  if (text === '') return into
  let count = 0
  for (const [name, value] of new URLSearchParams(text)) {
    const path = splitName(name)
    if (!path || path[0] === '' || path.length > DEPTH_MAX || (count += 1) > PARAMETERS_MAX) {
      throw invalid(`Invalid parameter name: ${name.slice(0, 100)}`)
    }
    place(into, path, value, name)
  }
  return into
}

/** The form as one text that does not depend on the order of parameters: the fingerprint of a call. */
export const canonicalForm = (raw: Raw): string => {
  if (typeof raw === 'string') return JSON.stringify(raw)
  const parts = Object.keys(raw)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalForm(raw[key] ?? '')}`)
  return `{${parts.join(',')}}`
}
