import { edgesOf, type Edge } from './import-edges.ts'
import { isCode, isForTests, isTest, type Finding, type Rule } from './source.ts'

const SERVICES = ['access', 'audit', 'ingest', 'reconciler', 'alerting', 'dashboards']
const PLATFORM = ['core', ...SERVICES, 'cli']

/** Who may import whom, by top-level folder (architecture §2); `.` is the repository's own root. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  ...Object.fromEntries(SERVICES.map((service) => [service, ['core', service]])),
  cli: [...PLATFORM, 'ui'],
  bin: ['cli'],
  e2e: [...PLATFORM, 'e2e'],
  bench: [...PLATFORM, 'e2e', 'bench'],
  sandbox: ['sandbox'],
  ui: ['ui', 'core'],
  tidy: ['tidy'],
  docs: ['core', 'tidy'],
  '.ci': ['.ci'],
  '.': ['core', 'tidy', '.'],
}

/** May start the sandbox as a process, by the path of its file. */
const STARTS_SANDBOX = ['cli', 'e2e', 'bench']

/** May import a file that it finds at run time: the package with the binaries of this platform. */
const IMPORTS_FOUND_FILES = ['core/engines/postgres.ts']

/** Files of core that run in a browser as they are. */
const BROWSER_SAFE = /^core\/(money|currencies|business-date|error-codes)\.ts$|^core\/(contracts|kpi)\//

/** Files of core without effects, which domain code may use at run time. */
const PURE_CORE = /^core\/(money|currencies|errors|error-codes|business-date)\.ts$|^core\/(contracts|kpi)\//

const zoneOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '.') : '.')

const layerProblem = (path: string, edge: Edge, target: string): string | undefined => {
  const from = zoneOf(path)
  const to = zoneOf(target)
  const allowed = MAY_IMPORT[from]
  if (!allowed) return `${from}/ is a new top-level folder: say in tidy/layers.ts what it may import`
  if (edge.kind === 'path') {
    if (MAY_IMPORT[to] === undefined || isForTests(path)) return undefined
    if (to === 'sandbox' && STARTS_SANDBOX.includes(from)) return undefined
  }
  if (!allowed.includes(to))
    return `${from} may not reach ${to} (${edge.specifier}); meet in tables, views or core/contracts, or pass it in from cli`
  if (from === 'ui' && to === 'core' && !edge.typeOnly && !BROWSER_SAFE.test(target))
    return `ui sees only browser-safe files of core; ${target} is none: ask the gateway over HTTP`
  if (target.startsWith('core/testing/') && !isForTests(path))
    return 'core/testing is for tests only: move what the product needs out of it'
  if (isTest(target)) return `${target} is a test: move what others need into a testing/ folder`
  return undefined
}

const domainProblem = (path: string, edge: Edge): string | undefined => {
  const domain = /^(.*?)\/domain\//.exec(path)?.[0]
  if (domain === undefined || isForTests(path) || edge.typeOnly || edge.kind === 'path') return undefined
  const { target, specifier } = edge
  if (target?.startsWith(domain) === true || (target !== undefined && PURE_CORE.test(target)))
    return undefined
  return `domain code is pure: ${specifier} does not belong here; import only its types (import type), or take what it gives as an argument`
}

const dynamicProblem = (path: string, edge: Edge): string | undefined =>
  edge.kind === 'unknown' && !IMPORTS_FOUND_FILES.includes(path)
    ? 'an import must name its file in plain text, so that its place can be checked'
    : undefined

/** Import rules of architecture §2: one direction, services and sandbox apart, pure domain code. */
export const layers: Rule = (path, text) => {
  if (!isCode(path)) return []
  return edgesOf(path, text).flatMap((edge): Finding[] =>
    [
      edge.target === undefined ? undefined : layerProblem(path, edge, edge.target),
      domainProblem(path, edge),
      isForTests(path) ? undefined : dynamicProblem(path, edge),
    ]
      .filter((message) => message !== undefined)
      .map((message) => ({ file: path, line: edge.line, message })),
  )
}
