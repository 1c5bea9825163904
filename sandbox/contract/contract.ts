import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Method } from '../http/answer.ts'
import type { Contract } from './generate-contract.ts'
import type { SdkPackage, SdkRoute } from './sdk-routes.ts'
import { findSdk, kindsOf, plainPath, readSdkRoutes } from './sdk-routes.ts'

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/tillwatch-contract')

/** The generator's own code decides what comes out, too. */
const OWN_CODE = ['generate-contract.ts', 'sdk-routes.ts', 'tsconfig.roots.json']

const cacheKey = (sdk: SdkPackage, routes: readonly SdkRoute[]): string => {
  const hash = createHash('sha256').update(sdk.version).update(JSON.stringify(routes))
  for (const name of OWN_CODE) hash.update(readFileSync(join(import.meta.dirname, name)))
  return `${sdk.version}-${hash.digest('hex').slice(0, 16)}.json`
}

const generate = async (sdk: SdkPackage, routes: readonly SdkRoute[], file: string): Promise<void> => {
  // Only who has nothing in the cache pays for the TypeScript compiler.
  const { generateContract } = await import('./generate-contract.ts')
  mkdirSync(CACHE, { recursive: true })
  const dir = mkdtempSync(join(CACHE, 'new-'))
  const contract = generateContract(sdk, routes, kindsOf(routes), dir)
  writeFileSync(join(dir, 'contract.json'), JSON.stringify(contract))
  // Two test files may generate at once; each one moves a whole file into place.
  renameSync(join(dir, 'contract.json'), file)
  rmSync(dir, { recursive: true, force: true })
}

/**
 * The schemas of the SDK's answers for these endpoints: generated from the installed `stripe` package's types (some ten
 * seconds), then kept under node_modules/.cache until the package, the endpoints or the generator change.
 */
export const loadContract = async (
  endpoints: readonly { method: Method; path: string }[],
): Promise<Contract> => {
  const sdk = findSdk()
  const wanted = new Set(endpoints.map(({ method, path }) => `${method} ${plainPath(path)}`))
  const routes = readSdkRoutes(sdk).filter(({ method, path }) => wanted.has(`${method} ${path}`))
  const file = join(CACHE, cacheKey(sdk, routes))
  if (!existsSync(file)) await generate(sdk, routes, file)
  return JSON.parse(readFileSync(file, 'utf8')) as Contract
}
