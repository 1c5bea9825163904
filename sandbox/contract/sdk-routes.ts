import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/** One call the official SDK can make: `:_` stands for an id; `type` names what it gives back, in TypeScript. */
export type SdkRoute = { method: string; path: string; type: string }

/** Where the installed SDK's declarations are, and which version they have. */
export type SdkPackage = { dir: string; version: string }

/** The installed `stripe` package. */
export const findSdk = (): SdkPackage => {
  const file = createRequire(import.meta.url).resolve('stripe')
  const root = resolve(dirname(file), '..')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return { dir: join(root, 'esm'), version }
}

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.d.ts') && !name.startsWith('V2'))
    .map((name) => join(dir, name))

/** Names a file of the SDK knows, as `import('file').Name` so that they can stand anywhere. */
const namesOf = (file: string, text: string): Map<string, string> => {
  const names = new Map<string, string>()
  const say = (from: string, name: string) => `import(${JSON.stringify(from)}).${name}`
  for (const [, list = '', from = ''] of text.matchAll(/^import \{ (.+) \} from '(.+)';$/gm)) {
    for (const item of list.split(', ')) {
      const [name = '', alias = name] = item.split(' as ')
      names.set(alias, say(resolve(dirname(file), from), name))
    }
  }
  for (const [, name = ''] of text.matchAll(/^export (?:interface|type) (\w+)/gm))
    names.set(name, say(file.replace(/\.d\.ts$/, '.js'), name))
  return names
}

/** `Promise<Response<X>>`, `ApiListPromise<X>`, `ApiSearchResultPromise<X>` as what is on the wire; null for others. */
const wireType = (result: string): string | null => {
  const [, one] = /^Promise<Response<(.+)>>$/.exec(result) ?? []
  if (one !== undefined) return one
  const [, kind, item] = /^Api(List|SearchResult)Promise<(.+)>$/.exec(result) ?? []
  return kind === undefined ? null : `Api${kind}<${item}>`
}

/** Each method's call, from the SDK's code: `create -> POST /v1/refunds`. */
const callsOf = (code: string): Map<string, { method: string; path: string }> => {
  const calls = new Map<string, { method: string; path: string }>()
  const methods = code.split(/^ {4}(?=\w+\([^)]*\) \{$)/m).slice(1)
  for (const text of methods) {
    const name = text.slice(0, text.indexOf('('))
    const [, method = '', , path = ''] = /_makeRequest\('(\w+)', (['`])(.+?)\2/.exec(text) ?? []
    if (path !== '') calls.set(name, { method, path: path.replace(/\$\{.+?\}/g, ':_') })
  }
  return calls
}

const routesOf = (file: string): SdkRoute[] => {
  const text = readFileSync(file, 'utf8')
  const body = /^export declare class \w+Resource extends StripeResource \{$(.+?)^\}$/ms.exec(text)?.[1]
  if (body === undefined) return []
  const names = namesOf(file, text)
  const calls = callsOf(readFileSync(file.replace(/\.d\.ts$/, '.js'), 'utf8'))
  const routes: SdkRoute[] = []
  for (const [, name = '', result = ''] of body.matchAll(/^ {4}(\w+)\(.*\): (.+);$/gm)) {
    const call = calls.get(name)
    const type = wireType(result)
    if (!call || type === null) continue
    routes.push({ ...call, type: type.replace(/[A-Z]\w*/g, (word) => names.get(word) ?? word) })
  }
  return routes
}

/** The SDK's path for one of ours: parameters lose their names. */
export const plainPath = (path: string): string => path.replace(/:\w+/g, ':_')

/** Every v1 call of the installed SDK with the type of its answer, read from the SDK's own files. */
export const readSdkRoutes = (sdk: SdkPackage): SdkRoute[] =>
  filesBelow(join(sdk.dir, 'resources')).flatMap(routesOf)

/** The value of the field `object` in a type's declaration, or null. */
const objectOf = (file: string, name: string): string | null => {
  const text = readFileSync(file.replace(/\.js$/, '.d.ts'), 'utf8')
  const body = new RegExp(`^export interface ${name} \\{$(.+?)^\\}$`, 'ms').exec(text)?.[1]
  return (body && /^ {4}object: '(.+)';$/m.exec(body)?.[1]) ?? null
}

/** The kinds of object (`charge`, `payment_intent`) that these calls give back. */
export const kindsOf = (routes: readonly SdkRoute[]): string[] => {
  const types = new Set(routes.flatMap(({ type }) => type.match(/import\(".+?"\)\.\w+/g) ?? []))
  const kinds = [...types].map((type) => {
    const [, file = '', name = ''] = /^import\("(.+)"\)\.(\w+)$/.exec(type) ?? []
    return objectOf(file, name)
  })
  return [...new Set(kinds.filter((kind) => kind !== null))].sort()
}
