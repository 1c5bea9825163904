import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as generator from 'ts-json-schema-generator'
import type { SdkPackage, SdkRoute } from './sdk-routes.ts'

type Json = Record<string, unknown>

/** JSON Schemas of the SDK's answers: `routes` gives for `GET /v1/charges/:_` the name of its definition. */
export type Contract = { routes: Record<string, string>; definitions: Record<string, Json> }

type TypeNode = Parameters<generator.SubNodeParser['supportsNode']>[0]
type Checker = ReturnType<ReturnType<typeof generator.createProgram>['getTypeChecker']>
/** The few parts of TypeScript's syntax tree that are looked at here. */
type Named = { typeName?: TypeNode; members?: readonly Member[] }
type Member = { name?: { text?: string }; type?: { literal?: { text?: string } } }

const isReference = (node: TypeNode): boolean => (node as Named).typeName !== undefined

/** The value of a declaration's field `object`, by which Stripe names what an object is. */
const objectOf = (declaration: Named): string | undefined =>
  declaration.members?.find(({ name }) => name?.text === 'object')?.type?.literal?.text

const declarationOf = (checker: Checker, node: TypeNode): Named | undefined => {
  const name = (node as Named).typeName
  const symbol = name && checker.getSymbolAtLocation(name)
  // An imported name (alias flag) is followed to what it stands for.
  const ALIAS = 2_097_152
  const target = symbol && symbol.flags & ALIAS ? checker.getAliasedSymbol(symbol) : symbol
  return target?.declarations?.[0] as Named | undefined
}

/** What the SDK adds to an error. */
const NOT_ON_THE_WIRE = `'headers' | 'statusCode' | 'requestId' | 'detail' | 'exception' | 'type' | 'code' | 'message'`

const ALWAYS = ['list', 'search_result', 'event']

/**
 * Leaves out what no answer of the sandbox may hold: objects of kinds it does not have (Stripe's types reach from a
 * charge to every other object there is), and values outside the lists the SDK knows. The SDK's open lists end in
 * `OtherString` for values of the future; the sandbox speaks one version and has no business with others.
 */
const narrowing = (checker: Checker, kinds: ReadonlySet<string>): generator.SubNodeParser => {
  const isOut = (node: TypeNode): boolean => {
    const name = (node as Named).typeName as { text?: string } | undefined
    if (name?.text === 'OtherString') return true
    const declaration = declarationOf(checker, node)
    const object = declaration && objectOf(declaration)
    return object !== undefined && !kinds.has(object)
  }
  return {
    supportsNode: (node) => isReference(node) && isOut(node),
    createType: () => new generator.NeverType(),
  }
}

/** Two files may use one name (`Card`, `Issuing.Card`): names get the file's folder before them. */
const tellNamesApart = (checker: Checker): void => {
  const original = checker.getFullyQualifiedName.bind(checker)
  checker.getFullyQualifiedName = (symbol) => {
    const name = original(symbol)
    const [, folder = '', rest = name] = /^".*?\/resources\/(?:(.+)\/)?[^/]+"\.(.+)$/.exec(name) ?? []
    return folder === '' ? rest.replace(/^".*"\./, '') : `${folder.replaceAll('/', '.')}.${rest}`
  }
}

/** The types of all answers as one file, each under the name of its route's place. */
const rootsText = (sdk: SdkPackage, routes: readonly SdkRoute[]): string => {
  const imports = new Map<string, string>()
  const alias = (from: string, name: string): string => {
    const key = `{ ${name} as Type${imports.size} } from ${from}`
    const known = [...imports].find(
      ([, text]) => text.startsWith(`{ ${name} as `) && text.endsWith(` from ${from}`),
    )
    if (known) return known[0]
    const short = `Type${imports.size}`
    imports.set(short, key)
    return short
  }
  // The generator does not follow `import('file').Name`.
  const types = routes.map(({ type }) =>
    type.replace(/import\((".+?")\)\.(\w+)/g, (_all, from: string, name: string) => alias(from, name)),
  )
  const own = (file: string) => JSON.stringify(join(sdk.dir, file))
  return [
    `import type { ApiList, ApiSearchResult } from ${own('lib.js')}`,
    `import type { StripeRawError } from ${own('Types.js')}`,
    `import type { PaymentIntent } from ${own('resources/PaymentIntents.js')}`,
    'import LastPaymentError = PaymentIntent.LastPaymentError',
    ...[...imports.values()].map((text) => `import type ${text}`),
    ...types.map((type, at) => `export type Route${at} = ${type}`),
    `export type Refusal = { error: Omit<StripeRawError, ${NOT_ON_THE_WIRE}> & ErrorNames }`,
    // Type and code as the SDK lists them for the same error when an object shows it.
    'type ErrorNames = { type: LastPaymentError.Type; code?: LastPaymentError.Code; message: string }',
    '',
  ].join('\n')
}

/**
 * Generates the schemas for the answers of `routes` from the SDK's types, with `dir` as a place for one TypeScript file.
 * `kinds` are the values of `object` that may appear. Takes some seconds.
 */
export const generateContract = (
  sdk: SdkPackage,
  routes: readonly SdkRoute[],
  kinds: readonly string[],
  dir: string,
): Contract => {
  const path = join(dir, 'roots.ts')
  writeFileSync(path, rootsText(sdk, routes))
  const config: generator.CompletedConfig = {
    ...generator.DEFAULT_CONFIG,
    path,
    type: '*',
    expose: 'all',
    jsDoc: 'none',
    functions: 'hide',
    skipTypeCheck: true,
    topRef: true,
    additionalProperties: false,
    tsconfig: join(import.meta.dirname, 'tsconfig.roots.json'),
  }
  const program = generator.createProgram(config)
  const checker = program.getTypeChecker()
  tellNamesApart(checker)
  const parser = generator.createParser(program, config, (chain) => {
    chain.addNodeParser(narrowing(checker, new Set([...ALWAYS, ...kinds])))
  })
  const formatter = generator.createFormatter(config)
  const schema = new generator.SchemaGenerator(program, parser, formatter, config).createSchema('*')
  return {
    routes: Object.fromEntries(
      routes.map(({ method, path: at }, index) => [`${method} ${at}`, `Route${index}`]),
    ),
    definitions: (schema.definitions ?? {}) as Record<string, Json>,
  }
}
