import { TillwatchError } from '../errors.ts'
import { isExactNumber } from './exact-number.ts'
import { containsPan } from './pan.ts'

const DEPTH_MAX = 20
const KEYS_MAX = 200
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
const LONE_SURROGATE = /\p{Surrogate}/u
const BYTE_ORDER_MARK = '\ufeff'

const decode = (bytes: Uint8Array): string => {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new TillwatchError('invalid_utf8', undefined, { cause })
  }
  if (text.startsWith(BYTE_ORDER_MARK)) throw new TillwatchError('invalid_utf8')
  return text
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TillwatchError('malformed_json', undefined, { cause })
  }
}

/** Refuses text that a store cannot keep, or that must never be kept. The value is not echoed. */
export const checkText = (text: string): void => {
  if (text.includes('\0') || LONE_SURROGATE.test(text)) throw new TillwatchError('metadata_invalid')
  if (containsPan(text)) throw new TillwatchError('pan_detected')
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** The position behind the number that starts at `start`. Refuses card numbers and what a double cannot hold. */
const checkNumber = (text: string, start: number): number => {
  NUMBER.lastIndex = start
  const [token = ''] = NUMBER.exec(text) ?? []
  if (containsPan(token)) throw new TillwatchError('pan_detected')
  if (!isExactNumber(token)) throw new TillwatchError('validation_failed')
  return start + token.length
}

/** The position behind the string that starts at `start`; the text is known to be JSON. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

const isFollowedByColon = (text: string, at: number): boolean => {
  while (/\s/.test(text[at] ?? '')) at += 1
  return text[at] === ':'
}

const checkKey = (key: string, siblings: Set<string> | undefined): void => {
  if (FORBIDDEN_KEYS.has(key)) throw new TillwatchError('forbidden_key')
  if (siblings?.has(key)) throw new TillwatchError('duplicate_json_key')
  siblings?.add(key)
}

/** Walks the text of valid JSON once, for what JSON.parse forgives: repeated keys, depth, size, unsafe text. */
const scan = (text: string): void => {
  const open: Set<string>[] = []
  let keys = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (sign === '{' || sign === '[') open.push(new Set())
    if (sign === '}' || sign === ']') open.pop()
    if (open.length > DEPTH_MAX) throw new TillwatchError('too_complex')
    if (sign === '-' || (sign !== undefined && sign >= '0' && sign <= '9')) at = checkNumber(text, at) - 1
    if (sign !== '"') continue
    const end = endOfString(text, at)
    const value = JSON.parse(text.slice(at, end)) as string
    if (isFollowedByColon(text, end)) {
      checkKey(value, open.at(-1))
      keys += 1
      if (keys > KEYS_MAX) throw new TillwatchError('too_complex')
    }
    checkText(value)
    at = end - 1
  }
}

/**
 * The JSON value of a body, read strictly (reliability.md §5). Throws `invalid_utf8`, `malformed_json`,
 * `duplicate_json_key`, `forbidden_key`, `too_complex`, `metadata_invalid`, `pan_detected`, or `validation_failed` for a number that JSON.parse would
 * round in silence.
 */
export const readJson = (bytes: Uint8Array): unknown => {
  const text = decode(bytes)
  const value = parse(text)
  scan(text)
  return value
}
