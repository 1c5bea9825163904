import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv } from 'ajv'
import type { Method } from '../http/answer.ts'
import { loadContract } from './contract.ts'
import type { Contract } from './generate-contract.ts'
import { plainPath } from './sdk-routes.ts'

type Json = Record<string, unknown>
type Route = { method: Method; path: string }

/** An answer as it was on the wire. */
export type WireAnswer = { method: string; path: string; status: number; body: unknown }

export type AnswerChecker = {
  /** What is wrong with an answer; empty when it fits its schema. Counts the endpoint as shown when it is a success. */
  check: (answer: WireAnswer) => string[]
  /** What is wrong with an event as it is delivered. */
  checkEvent: (event: unknown) => string[]
  /** `GET /v1/charges/:id` of every endpoint that gave a success that was checked, with how often. */
  shown: ReadonlyMap<string, number>
}

/** Calls that only Stripe's CLI makes, with the call of the SDK that gives the same object. */
const BESIDE_THE_SDK: Readonly<Record<string, string>> = {
  'POST /v1/events/:_/retry': 'GET /v1/events/:_',
}

/** Fields that are not whole numbers. */
const FRACTIONS = new Set(['exchange_rate'])

/** Money, counts and times are whole numbers on the wire; TypeScript has one type for all numbers. */
const wholeNumbers = (value: unknown, key = ''): unknown => {
  if (Array.isArray(value)) return value.map((item) => (item === 'number' ? 'integer' : wholeNumbers(item)))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (FRACTIONS.has(key) && name === 'type') return [name, inner]
      return [name, name === 'type' && inner === 'number' ? 'integer' : wholeNumbers(inner, name)]
    }),
  )
}

/** The type an event's schema is for; undefined for one whose object the sandbox does not have. */
const eventType = (definition: Json | undefined): unknown =>
  (definition?.properties as { type?: Json } | undefined)?.type?.const

/** `Event` as a choice by its type, so that a wrong event is told what is wrong with it. */
const chooseByType = (definitions: Contract['definitions']): void => {
  const names = Object.keys(definitions).filter(
    (name) => /^\w+Event$/.test(name) && typeof eventType(definitions[name]) === 'string',
  )
  definitions.Event = {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: names.map((name) => ({ $ref: `#/definitions/${name}` })),
  }
}

const tell = (error: ErrorObject): string => {
  const more = Object.values(error.params as Json)
    .flat()
    .map((value) => JSON.stringify(value))
  return `${error.instancePath || '/'} ${error.message ?? 'is wrong'} (${more.join(', ')})`
}

/** Of a choice between a bare id and an object only what is wrong deepest inside is of use. */
const tellErrors = (errors: readonly ErrorObject[]): string[] => {
  const depth = (error: ErrorObject) => error.instancePath.split('/').length
  const deepest = Math.max(...errors.map(depth))
  return [...new Set(errors.filter((error) => depth(error) === deepest).map(tell))].slice(0, 5)
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)

/** The endpoint a path is for: one without parameters goes first, as the router does (`/search`, `/:id`). */
const finderOf = (endpoints: readonly Route[]) => {
  const byParams = (a: Route, b: Route) => a.path.split(':').length - b.path.split(':').length
  const patterns = [...endpoints].sort(byParams).map((route) => ({ route, pattern: patternOf(route.path) }))
  return (method: string, path: string): Route | undefined =>
    patterns.find(({ route, pattern }) => route.method === method && pattern.test(path))?.route
}

/** A checker for the answers of these endpoints, by schemas generated from the SDK's types. */
export const openChecker = async (endpoints: readonly Route[]): Promise<AnswerChecker> => {
  const contract = await loadContract(endpoints)
  const definitions = wholeNumbers(contract.definitions) as Contract['definitions']
  chooseByType(definitions)
  const ajv = new Ajv({
    strict: false,
    discriminator: true,
    allErrors: true,
    // Most schemas are used a few times only: making their code faster costs more than it brings.
    inlineRefs: false,
    code: { optimize: false },
  })
  ajv.addSchema({ $id: 'contract', definitions })
  const compiled = new Map<string, ValidateFunction>()
  const problemsBy = (name: string, value: unknown): string[] => {
    const validate = compiled.get(name) ?? ajv.compile({ $ref: `contract#/definitions/${name}` })
    compiled.set(name, validate)
    return validate(value) ? [] : tellErrors(validate.errors ?? [])
  }
  const find = finderOf(endpoints)
  const shown = new Map<string, number>()
  return {
    shown,
    checkEvent: (event) => problemsBy('Event', event),
    check: ({ method, path, status, body }) => {
      const at = `${method} ${path} ${status}`
      if (status >= 400) return problemsBy('Refusal', body).map((problem) => `${at}: ${problem}`)
      const route = find(method, path)
      if (!route) return [`${at}: no such endpoint`]
      const asked = `${method} ${plainPath(route.path)}`
      const name = contract.routes[BESIDE_THE_SDK[asked] ?? asked]
      if (name === undefined) return [`${at}: the SDK has no such call`]
      const key = `${route.method} ${route.path}`
      shown.set(key, (shown.get(key) ?? 0) + 1)
      return problemsBy(name, body).map((problem) => `${at}: ${problem}`)
    },
  }
}
