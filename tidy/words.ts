import ts from 'typescript'
import { isCode, isTest, lineOf, matches, parse, walk, type Finding, type Rule } from './source.ts'

const BARE = /^transactions?$/i
const SAY_WHICH = 'says nothing here: write balance transaction, posting, payment or database transaction'

/** The name that a node gives to something of ours, or calls. */
const namedHere = (node: ts.Node): string | undefined => {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
    return node.expression.name.text
  const declares =
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node)
  return declares && node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : undefined
}

/** The bare word `transaction` as a name: it has four meanings in this product. */
export const bareTransaction: Rule = (path, text) => {
  if (path.endsWith('.sql'))
    return matches(
      path,
      text.replaceAll(/--[^\n]*/g, ''),
      /(?<!balance )\btransactions?\b/g,
      (hit) => `${hit} ${SAY_WHICH}`,
    )
  if (!isCode(path)) return []
  const findings: Finding[] = []
  walk(parse(path, text), (node) => {
    const name = namedHere(node)
    if (name !== undefined && BARE.test(name))
      findings.push({ file: path, line: lineOf(node), message: `${name} ${SAY_WHICH}` })
  })
  return findings
}

// Brackets inside the patterns below keep this file from finding itself.
const NOTES = /\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/g
/** A test may stand back only for a program that cannot be had here, and says so (core/testing/lacks.ts). */
const FOCUS =
  /\b(?:describe|it|test|suite)(?:\.\w+)*\.(?:on[l]y|ski[p](?:If(?!\(lacks(?:Browser)?\())?|runI[f]|tod[o])\b/g
const MACHINE_PATHS =
  /(?<![\w.*}#-])\/(?:wor[k]|workspac[e]|User[s]|roo[t]|home\/(?!node\b)\w+)\/\w[^\s'"`)]*/g
const REGISTRY =
  /\b(?:registr[y]|artifactor[y]|nexu[s]|verdacci[o])\.[a-z0-9-]+(?:\.[a-z0-9-]+)+|\bnpm\.pk[g]\.[a-z.]+/g

/** Notes to oneself: do it, or file an issue. */
export const notes: Rule = (path, text) =>
  matches(
    path,
    text,
    NOTES,
    (hit) => `${hit}: do it now or file an issue; a comment says why the code is as it is`,
  )

/** Tests that are switched off, or that switch all others off. */
export const focusedTests: Rule = (path, text) =>
  isTest(path)
    ? matches(path, text, FOCUS, (hit) => `${hit}: every test runs every time; mend it or delete it`)
    : []

/** Paths and hosts of one machine, which mean nothing on another. */
export const machineTraces: Rule = (path, text) => [
  ...matches(path, text, MACHINE_PATHS, (hit) => `${hit} is a path of one machine: make it relative`),
  ...matches(path, text, REGISTRY, (hit) => `${hit}: which registry is used is a matter of the machine`),
]

/** A lock file must install from whichever registry is configured. */
export const lockfile: Rule = (path, text) =>
  path.endsWith('package-lock.json')
    ? matches(
        path,
        text,
        /"resolve[d]": "https?:[^"]*"/g,
        () => 'a resolved URL: run npm install with the .npmrc of the repository',
      )
    : []
