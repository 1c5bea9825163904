import { posix } from 'node:path'
import ts from 'typescript'
import { isCode, isTest, lineOf, matches, parse, walk, type Finding, type Rule } from './source.ts'

const NOW =
  /\b(?:now|today|yesterday|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)|\bnow64\s*\(|\b(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\b/gi

const noNow = (hit: string): string =>
  `${hit} in SQL: pass the instant as a parameter, so that a test can move it`

const isSql = (path: string): boolean => path.endsWith('.sql')
const isMigration = (path: string): boolean => /(^|\/)migrations\//.test(path)

/** The statement alone: comments, quoted strings and dollar-quoted bodies replaced by spaces, positions kept. */
const bareSql = (text: string): string =>
  text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g, (part) =>
    part.replaceAll(/[^\n]/g, ' '),
  )

const withoutComments = (text: string): string =>
  text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, (part) => part.replaceAll(/[^\n]/g, ' '))

/** SQL that asks the database server what time it is, in `.sql` files and in strings of code. */
export const sqlNow: Rule = (path, text) => {
  if (isSql(path)) return matches(path, withoutComments(text), NOW, noNow)
  if (!isCode(path) || path.startsWith('tidy/')) return []
  const findings: Finding[] = []
  walk(parse(path, text), (node) => {
    if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node) && !ts.isTemplateMiddleOrTemplateTail(node))
      return
    for (const hit of node.text.matchAll(NOW))
      findings.push({ file: path, line: lineOf(node), message: noNow(hit[0]) })
  })
  return findings
}

const headerOf = (text: string): string => /^(?:--[^\n]*\n)+/.exec(text)?.[0] ?? ''

/** True when a header speaks of `$n`, alone or in a range such as `$3-$5`, `$3..$5`, `$3 to $5`. */
const explains = (header: string, n: number): boolean =>
  [...header.matchAll(/\$(\d+)(?:\s*(?:-|–|\.\.|to)\s*\$(\d+))?/g)].some(
    ([, first, last]) => Number(first) <= n && n <= Number(last ?? first),
  )

/** A `.sql` file starts by saying what it guarantees and what its parameters are, holds one statement and has a speaking name. */
export const sqlShape: Rule = (path, text) => {
  if (!isSql(path)) return []
  const say = (line: number, message: string): Finding => ({ file: path, line, message })
  const findings: Finding[] = []
  const header = headerOf(text)
  const bare = bareSql(text)
  if (!/^-- \S/.test(header))
    findings.push(say(1, 'start with a comment: what it guarantees, what each $n means, which rows it locks'))
  const severalAllowed = isMigration(path) && path.includes('postgres/')
  if (!severalAllowed && bare.split(';').filter((part) => part.trim() !== '').length !== 1)
    findings.push(say(1, 'one statement per .sql file'))
  if (isMigration(path)) return findings
  const used = new Set([...bare.matchAll(/\$(\d+)/g)].map((hit) => Number(hit[1])))
  const silent = [...used].filter((n) => !explains(header, n)).sort((a, b) => a - b)
  if (header !== '' && silent.length > 0)
    findings.push(say(1, `the header does not say what ${silent.map((n) => `$${n}`).join(', ')} means`))
  if (!/^[a-z0-9]+(_[a-z0-9]+)+\.sql$/.test(posix.basename(path)))
    findings.push(say(1, 'name it <entity>_<verb>_<qualifier>.sql'))
  return findings
}

const mentionsIn = (path: string, text: string): { target: string; line: number }[] => {
  const mentions: { target: string; line: number }[] = []
  walk(parse(path, text), (node) => {
    if (ts.isStringLiteralLike(node) && /[\w-]\.sql$/.test(node.text) && !/\s/.test(node.text))
      mentions.push({ target: posix.join(posix.dirname(path), node.text), line: lineOf(node) })
  })
  return mentions
}

/** `.sql` files that nobody loads or several files load, and loads of files that do not exist. Migrations are read as a folder. */
export const orphanSql = (files: ReadonlyMap<string, string>): Finding[] => {
  const loads = new Map<string, string[]>()
  const findings: Finding[] = []
  for (const [path, text] of files) {
    if (!isCode(path) || isTest(path) || path.startsWith('tidy/')) continue
    for (const { target, line } of mentionsIn(path, text)) {
      loads.set(target, [...(loads.get(target) ?? []), `${path}:${line}`])
      if (!files.has(target)) findings.push({ file: path, line, message: `${target} does not exist` })
    }
  }
  for (const path of files.keys()) {
    if (!isSql(path) || isMigration(path)) continue
    const by = loads.get(path) ?? []
    if (by.length === 0)
      findings.push({ file: path, line: 1, message: 'nobody loads it: delete it, or load it with loadSql' })
    if (by.length > 1)
      findings.push({
        file: path,
        line: 1,
        message: `loaded at ${by.join(' and ')}: load it once and export a function`,
      })
  }
  return findings
}
