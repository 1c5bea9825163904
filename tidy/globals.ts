import ts from 'typescript'
import { isCode, isForTests, lineOf, parse, walk, type Finding, type Rule } from './source.ts'

const CLOCK = 'take env.clock.now() for what is stored, env.machine.nowMs() for durations'
const SLEEP = 'take env.machine.sleep(ms, signal)'
const RANDOM = 'take env.random.bytes(n), or newId(env, kind) of core/ids.ts'
const CONFIG = 'add the key to core/config.ts and pass the value down'

/** The few files that touch the machine's own clock, timers, randomness and environment. */
const MAY_USE_GLOBALS = [
  /^core\/system-env\.ts$/,
  /^core\/engines\//,
  /^cli\//,
  /^sandbox\/(shop\/)?env\.ts$/,
  /^\.ci\//,
  // The browser's side has its own clock and timers in one folder.
  /^ui\/(src\/lib\/|vite\.config\.ts$)/,
  /^[^/]+\.(ts|js)$/,
]

const MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': CLOCK,
  'performance.now': CLOCK,
  'performance.timeOrigin': CLOCK,
  'process.hrtime': CLOCK,
  'Math.random': RANDOM,
  'crypto.randomUUID': RANDOM,
  'crypto.randomBytes': RANDOM,
  'crypto.randomInt': RANDOM,
  'crypto.getRandomValues': RANDOM,
  'process.env': CONFIG,
}

const CALLS: Readonly<Record<string, string>> = {
  setTimeout: SLEEP,
  setInterval: SLEEP,
  randomUUID: RANDOM,
  randomBytes: RANDOM,
  Date: CLOCK,
}

/** Names that may not be imported from a module of Node; `*` is every name. */
const IMPORTS: Readonly<Record<string, readonly [names: RegExp, advice: string]>> = {
  'node:crypto': [/^(randomUUID|randomBytes|randomInt|randomFill|getRandomValues|webcrypto)$/, RANDOM],
  'node:perf_hooks': [/^performance$/, CLOCK],
  'node:timers': [/^set(Timeout|Interval)$|^promises$/, SLEEP],
  'node:timers/promises': [/^set(Timeout|Interval)$|^scheduler$/, SLEEP],
  'node:process': [/^(env|hrtime)$/, CONFIG],
}

/** `Date.now` for `Date.now`, `globalThis.Date.now` and `Date['now']`. */
const memberName = (node: ts.Node): string | undefined => {
  const last = ts.isPropertyAccessExpression(node)
    ? node.name.text
    : ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)
      ? node.argumentExpression.text
      : undefined
  if (last === undefined) return undefined
  const owner = (node as ts.PropertyAccessExpression).expression
  return `${owner.getText().replace(/^(globalThis|global|window)\./, '')}.${last}`
}

const importAdvice = (node: ts.ImportDeclaration): string | undefined => {
  const rule = IMPORTS[(node.moduleSpecifier as ts.StringLiteral).text.replace(/^(?!node:)/, 'node:')]
  const bindings = node.importClause?.namedBindings
  if (!rule || !bindings || !ts.isNamedImports(bindings)) return undefined
  const [names, advice] = rule
  return bindings.elements.some((one) => names.test((one.propertyName ?? one.name).text)) ? advice : undefined
}

const adviceFor = (node: ts.Node): string | undefined => {
  if (ts.isImportDeclaration(node)) return importAdvice(node)
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return CLOCK
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return CALLS[node.expression.text]
  const member = memberName(node)
  return member === undefined ? undefined : MEMBERS[member]
}

/** Time, timers, randomness and the environment taken from the machine instead of from `env` (architecture §1.9). */
export const globals: Rule = (path, text) => {
  if (!isCode(path) || isForTests(path) || MAY_USE_GLOBALS.some((may) => may.test(path))) return []
  const findings: Finding[] = []
  walk(parse(path, text), (node) => {
    const advice = adviceFor(node)
    if (advice === undefined) return
    const what = node.getText().split('\n')[0]?.slice(0, 50)
    findings.push({ file: path, line: lineOf(node), message: `${what}: ${advice}` })
  })
  return findings
}
