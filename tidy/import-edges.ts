import { posix } from 'node:path'
import ts from 'typescript'
import { lineOf, parse, walk } from './source.ts'

/** One mention of another module. */
export interface Edge {
  readonly line: number
  readonly specifier: string
  /** Path in the repository, or undefined for a package or a module of Node. */
  readonly target: string | undefined
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean
  /** `path`: not imported but named as a file, as for starting a process. */
  readonly kind: 'import' | 'path' | 'unknown'
}

const resolve = (from: string, specifier: string): string | undefined => {
  if (specifier.startsWith('#core/')) return `core/${specifier.slice('#core/'.length)}`
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  return undefined
}

const isTypeOnly = (node: ts.Node): boolean => {
  // `import { type X }` still runs the module; only `import type` leaves nothing behind.
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  return ts.isExportDeclaration(node) ? node.isTypeOnly : ts.isImportTypeNode(node)
}

const specifierOf = (node: ts.Node): ts.Expression | undefined => {
  if (ts.isImportDeclaration(node)) return node.moduleSpecifier
  if (ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return node.argument.literal as ts.Expression
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0]
  return undefined
}

/** `import(`@scope/${name}`)`: which package is open, that it is a package is not. */
const isPackage = (node: ts.Expression): boolean =>
  ts.isTemplateExpression(node) && /^(@[\w-]+\/|node:)/.test(node.head.text)

/** A file of ours named in a string: `'../sandbox/main.ts'`, `'sandbox/main.ts'`. */
const namedFile = (from: string, text: string): string | undefined => {
  if (/^\.{1,2}\/\S*\.ts$/.test(text)) return posix.join(posix.dirname(from), text)
  return /^[a-z][a-z0-9-]*\/\S*\.ts$/.test(text) ? text : undefined
}

/** Every module that a file imports, re-exports or names by its path, type-only mentions included. */
export const edgesOf = (path: string, text: string): Edge[] => {
  const edges: Edge[] = []
  const specifiers = new Set<ts.Node>()
  walk(parse(path, text), (node) => {
    const specifier = specifierOf(node)
    if (specifier) {
      specifiers.add(specifier)
      const known = ts.isStringLiteralLike(specifier)
      edges.push({
        line: lineOf(node),
        specifier: specifier.getText().replaceAll(/^['"`]|['"`]$/g, ''),
        target: known ? resolve(path, specifier.text) : undefined,
        typeOnly: isTypeOnly(node),
        kind: known || isPackage(specifier) ? 'import' : 'unknown',
      })
    } else if (ts.isStringLiteralLike(node) && !specifiers.has(node)) {
      const target = namedFile(path, node.text)
      if (target)
        edges.push({ line: lineOf(node), specifier: node.text, target, typeOnly: false, kind: 'path' })
    }
  })
  return edges
}
