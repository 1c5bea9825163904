import ts from 'typescript'
import { isCode, isTest, lineOf, parse, walk, type Finding, type Rule } from './source.ts'

const LINES_MAX = 300
const LINES_MAX_EVER = 500
const FUNCTION_LINES_MAX = 70

/** Source files that may be longer than 300 lines, with the length that each may have. This list only ever shrinks. */
export const LONG_FILES: Readonly<Record<string, number>> = {}

const countLines = (text: string): number => text.replace(/\n$/, '').split('\n').length

/** No file beyond 500 lines; source beyond 300 only while it stands in `longFiles`, and only as long as it says there. */
export const fileSizes =
  (longFiles: Readonly<Record<string, number>>): Rule =>
  (path, text) => {
    if (!isCode(path) && !/\.(sql|svelte|css|html)$/.test(path)) return []
    const lines = countLines(text)
    const say = (message: string): Finding[] => [{ file: path, line: lines, message }]
    if (lines > LINES_MAX_EVER)
      return say(`${lines} lines: split it by what changes together, ${LINES_MAX_EVER} is the end`)
    const allowed = longFiles[path]
    if (allowed !== undefined && lines <= LINES_MAX)
      return say('is short again: take it off LONG_FILES in tidy/sizes.ts')
    if (lines > Math.max(LINES_MAX, allowed ?? 0) && !isTest(path))
      return say(`${lines} lines: split it by what changes together, ${allowed ?? LINES_MAX} is the limit`)
    return []
  }

/** Names in the list of long files which no longer exist. */
export const staleLongFiles = (
  longFiles: Readonly<Record<string, number>>,
  paths: readonly string[],
): Finding[] =>
  Object.keys(longFiles)
    .filter((path) => !paths.includes(path))
    .map((path) => ({
      file: path,
      line: 1,
      message: 'does not exist: take it off LONG_FILES in tidy/sizes.ts',
    }))

/** The callback of `describe` only groups tests. */
const isGroup = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText())

/** Functions of more than 70 lines. */
export const functionSizes: Rule = (path, text) => {
  if (!isCode(path)) return []
  const findings: Finding[] = []
  const source = parse(path, text)
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined || isGroup(node)) return
    const first = lineOf(node)
    const lines = source.getLineAndCharacterOfPosition(node.getEnd()).line + 2 - first
    if (lines > FUNCTION_LINES_MAX)
      findings.push({
        file: path,
        line: first,
        message: `a function of ${lines} lines: give its parts names, ${FUNCTION_LINES_MAX} is the limit`,
      })
  })
  return findings
}
