import { invalid } from './errors.ts'
import type { Raw, RawTree } from './form.ts'

/** Turns one raw parameter into a value or throws Stripe's 400 for it; `name` is the full name, `a[b]`. */
export type Reader<T> = (raw: Raw | undefined, name: string) => T
export type ReadBy<R> = R extends Reader<infer T> ? T : never

const missingParam = (name: string) =>
  invalid(`Missing required param: ${name}.`, { code: 'parameter_missing', param: name })

const emptyParam = (name: string) =>
  invalid(
    `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however ` +
      `'${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
    { code: 'parameter_invalid_empty', param: name },
  )

const leaf = (raw: Raw, name: string, what: 'string' | 'integer'): string => {
  // Stripe has a code for a wrong integer only; wrong text, lists and objects carry none.
  if (typeof raw !== 'string')
    throw invalid(`Invalid ${what}`, {
      ...(what === 'integer' ? { code: 'parameter_invalid_integer' } : {}),
      param: name,
    })
  return raw
}

/** Makes a parameter required. */
export const required =
  <T>(reader: Reader<T | undefined>): Reader<T> =>
  (raw, name) => {
    if (raw === undefined) throw missingParam(name)
    const value = reader(raw, name)
    if (value === undefined) throw missingParam(name)
    return value
  }

/** Lets an empty value unset a parameter: `''` reads as null. */
export const emptyable =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (raw, name) =>
    raw === '' ? null : reader(raw, name)

/** Text that is not empty and has at most `max` characters. */
export const text =
  (max = 5_000): Reader<string | undefined> =>
  (raw, name) => {
    if (raw === undefined) return undefined
    const value = leaf(raw, name, 'string')
    if (value === '') throw emptyParam(name)
    if (value.length > max) {
      throw invalid(`Invalid string: must be at most ${max} characters`, { param: name })
    }
    return value
  }

/** A whole number; below `min` Stripe answers parameter_invalid_integer. */
export const integer =
  (min = Number.MIN_SAFE_INTEGER): Reader<number | undefined> =>
  (raw, name) => {
    if (raw === undefined) return undefined
    const value = leaf(raw, name, 'integer')
    if (value === '') throw emptyParam(name)
    const number = Number(value)
    const about = { code: 'parameter_invalid_integer', param: name }
    if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(number)) {
      throw invalid(`Invalid integer: ${value.slice(0, 40)}`, about)
    }
    if (number < min) throw invalid(`This value must be greater than or equal to ${min}.`, about)
    return number
  }

/** `true` or `false`. */
export const flag: Reader<boolean | undefined> = (raw, name) => {
  if (raw === undefined) return undefined
  if (raw === 'true' || raw === 'false') return raw === 'true'
  throw invalid(`Invalid boolean: ${typeof raw === 'string' ? raw.slice(0, 40) : 'object'}`, { param: name })
}

/** One of a closed set. */
export const oneOf =
  <T extends string>(...values: readonly T[]): Reader<T | undefined> =>
  (raw, name) => {
    if (raw === undefined) return undefined
    const found = values.find((value) => value === raw)
    if (found === undefined)
      throw invalid(`Invalid ${name}: must be one of ${values.join(', ')}`, { param: name })
    return found
  }

/** A list: `a[]=`, `a[0]=`. */
export const list =
  <T>(item: Reader<T | undefined>, max = 100): Reader<T[] | undefined> =>
  (raw, name) => {
    if (raw === undefined) return undefined
    if (raw === '') throw emptyParam(name)
    if (typeof raw === 'string') throw invalid('Invalid array', { param: name })
    const keys = Object.keys(raw).sort((a, b) => Number(a) - Number(b))
    if (keys.length > max || keys.some((key) => !/^\d+$/.test(key))) {
      throw invalid('Invalid array', { param: name })
    }
    return keys.map((key) => required(item)(raw[key], `${name}[${key}]`))
  }

/** A nested object with known fields; an unknown one is refused by its full name. */
export const fields =
  <S extends Record<string, Reader<unknown>>>(
    shape: S,
  ): Reader<{ [K in keyof S]: ReadBy<S[K]> } | undefined> =>
  (raw, name) => {
    if (raw === undefined) return undefined
    if (typeof raw === 'string') throw invalid('Invalid object', { param: name })
    const full = (key: string) => (name === '' ? key : `${name}[${key}]`)
    const unknown = Object.keys(raw).find((key) => !Object.hasOwn(shape, key))
    if (unknown !== undefined) {
      const param = full(unknown)
      throw invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
    }
    const entries = Object.entries(shape).map(([key, reader]) => [key, reader(raw[key], full(key))])
    return Object.fromEntries(entries) as { [K in keyof S]: ReadBy<S[K]> }
  }

/** A parameter Stripe knows whose inside the sandbox does not look at. */
export const anything: Reader<Raw | undefined> = (raw) => raw

const METADATA_KEYS_MAX = 50

/** Changes to metadata: a key with `''` is unset; `metadata=` alone unsets every key (null). Limits of stripe.md §7. */
export const metadata: Reader<Record<string, string> | null | undefined> = (raw, name) => {
  if (raw === undefined) return undefined
  if (raw === '') return null
  if (typeof raw === 'string') throw invalid('Invalid object', { param: name })
  if (Object.keys(raw).length > METADATA_KEYS_MAX) {
    throw invalid(`You cannot have more than ${METADATA_KEYS_MAX} metadata keys.`, { param: name })
  }
  const found: Record<string, string> = {}
  for (const [key, value] of Object.entries(raw)) {
    const param = `${name}[${key.slice(0, 60)}]`
    if (typeof value !== 'string') throw invalid('Metadata values must be strings.', { param })
    if (key.length > 40) throw invalid('Metadata keys can have up to 40 characters.', { param })
    if (value.length > 500) throw invalid('Metadata values can have up to 500 characters.', { param })
    found[key] = value
  }
  return found
}

/** Metadata after a change; refuses more keys than Stripe keeps. */
export const mergeMetadata = (
  old: Record<string, string>,
  change: Record<string, string> | null | undefined,
): Record<string, string> => {
  if (change === undefined) return old
  if (change === null) return {}
  const merged = Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== ''))
  if (Object.keys(merged).length > METADATA_KEYS_MAX) {
    throw invalid(`You cannot have more than ${METADATA_KEYS_MAX} metadata keys.`, { param: 'metadata' })
  }
  return merged
}

export type Range = { gt?: number; gte?: number; lt?: number; lte?: number }

const bounds = fields({ gt: integer(), gte: integer(), lt: integer(), lte: integer() })

/** `created=5` or `created[gte]=5&created[lt]=9`, seconds since epoch. */
export const range: Reader<Range | undefined> = (raw, name) => {
  if (raw === undefined) return undefined
  if (typeof raw === 'string') {
    const at = required(integer())(raw, name)
    return { gte: at, lte: at }
  }
  return Object.fromEntries(
    Object.entries(bounds(raw, name) ?? {}).filter(([, value]) => value !== undefined),
  ) as Range
}

/** The parameters of a call read as one object; `expand` is read elsewhere and is accepted everywhere. */
export const readParams = <T>(shape: Reader<T | undefined>, raw: RawTree): T => {
  const { expand: _expand, ...rest } = raw
  return required(shape)(rest, '')
}
