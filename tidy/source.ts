import ts from 'typescript'

/** One place where a house rule is broken, and what to do instead. */
export interface Finding {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  readonly message: string
}

/** A rule about one file. Pure: `path` is relative to the repository, with forward slashes. */
export type Rule = (path: string, text: string) => Finding[]

const parsed = new Map<string, { text: string; source: ts.SourceFile }>()

/** The syntax tree of a TypeScript or JavaScript file; the same text is parsed once. */
export const parse = (path: string, text: string): ts.SourceFile => {
  const known = parsed.get(path)
  if (known?.text === text) return known.source
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  parsed.set(path, { text, source })
  return source
}

/** Calls `visit` for every node below and including `node`. */
export const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** Line of a node's first character, counted from 1. */
export const lineOf = (node: ts.Node): number => {
  const source = node.getSourceFile()
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
}

/** Line of a position in a text, counted from 1. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length

/** Findings of a regular expression (with the flag g) in a text. */
export const matches = (
  path: string,
  text: string,
  pattern: RegExp,
  say: (hit: string) => string,
): Finding[] =>
  [...text.matchAll(pattern)].map((hit) => ({
    file: path,
    line: lineAt(text, hit.index),
    message: say(hit[0]),
  }))

/** TypeScript and JavaScript: what the parser reads. */
export const isCode = (path: string): boolean => /\.(ts|mts|js|mjs)$/.test(path)

export const isTest = (path: string): boolean => /\.test\.ts$/.test(path)

/** Tests and what only tests use: their helpers, stories and measurements. */
export const isForTests = (path: string): boolean =>
  isTest(path) || /(^|\/)testing\/|^(e2e|bench|tidy)\/|^vitest\.config\.ts$/.test(path)

/** `file:line  message`, as editors and terminals link it. */
export const format = ({ file, line, message }: Finding): string => `${file}:${line}  ${message}`
