import ts from 'typescript'
import { isCode, lineOf, parse, walk, type Finding, type Rule } from './source.ts'

/** Files whose tool asks for a default export. */
const CONFIG_FILES = /(^|\/)(vitest|vite|eslint|svelte|playwright)\.config\.(ts|js)$/

const isReexport = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined

/** Files that only pass on what others export; nearly every circle runs through one. */
export const barrels: Rule = (path, text) => {
  if (!isCode(path)) return []
  const { statements } = parse(path, text)
  const only = statements.length > 0 && statements.every(isReexport)
  if (!only && !/(^|\/)index\.(ts|js)$/.test(path)) return []
  return [{ file: path, line: 1, message: 'no barrels: import from the file that owns the thing' }]
}

const isDefault = (node: ts.Node): boolean => {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)
  )
}

/** Default exports, which every importer may call differently. */
export const defaultExports: Rule = (path, text) => {
  if (!isCode(path) || CONFIG_FILES.test(path)) return []
  const findings: Finding[] = []
  walk(parse(path, text), (node) => {
    if (isDefault(node))
      findings.push({
        file: path,
        line: lineOf(node),
        message: 'no default exports: export it under its name',
      })
  })
  return findings
}

/** Names that say nothing, and names not in kebab-case. */
export const fileNames: Rule = (path) => {
  if (!isCode(path)) return []
  const name = path.split('/').at(-1) ?? path
  const stem = name.replace(/\.(int\.)?(test\.)?(d\.)?[mc]?[tj]s$/, '')
  if (path.split('/').some((part) => /^(utils?|helpers?|common|misc)(\.|$)/.test(part)))
    return [{ file: path, line: 1, message: 'the name says nothing: name the file after its one subject' }]
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.(config|svelte))?$/.test(stem))
    return [{ file: path, line: 1, message: `${name} is not kebab-case` }]
  return []
}
