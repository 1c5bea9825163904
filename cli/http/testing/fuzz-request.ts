import type { Call } from './open-door.ts'

/** As much of a JSON Schema as a body can be made from. */
export interface Shape {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly allOf?: readonly Shape[]
  readonly format?: string
  readonly pattern?: string
  readonly example?: unknown
  readonly minimum?: number
  readonly maximum?: number
}

/** A route as the OpenAPI document tells of it. */
export interface FuzzedRoute {
  readonly method: string
  readonly path: string
  readonly roles: readonly string[]
  readonly query: readonly { readonly name: string; readonly schema: Shape }[]
  readonly body: Shape | undefined
}

/** The same numbers for the same seed: mulberry32. */
export const seeded = (seed: number) => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    chance: (part: number): boolean => next() < part,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
  }
}
export type Dice = ReturnType<typeof seeded>

/** What breaks programs: edges of numbers, of text, of dates, of languages that a server may speak. */
const NASTY: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    0.5,
    1e21,
    99_999_999,
    100_000_000,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    1e308,
  ],
  ...[
    '',
    ' ',
    '0',
    '-1',
    'null',
    'undefined',
    'NaN',
    'true',
    '1e400',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
  ],
  ...[
    '\ufeff',
    '\u202e',
    '\u0000\u0001',
    'é',
    '😀'.repeat(300),
    'x'.repeat(501),
    'x'.repeat(20_000),
    '%00',
    '%',
    '\\',
    '/',
  ],
  ...[
    "'",
    "';--",
    "' OR 1=1",
    '"',
    '$1',
    '{}',
    '[]',
    '${7*7}',
    '<script>',
    '=1+1',
    '../../etc/passwd',
    'a\r\nb: c',
  ],
  ...[
    '2016-02-30T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '2016-02-28T24:60:00Z',
    '2026-03-02',
    '-infinity',
  ],
  ...[
    '4242424242424242',
    '4242 4242 4242 4242',
    '__proto__',
    'constructor',
    'valueOf',
    'sk_test_abcdefgh1234',
  ],
  ...[[], {}, [[]], [null], { a: { b: { c: [] } } }, [1, 'a', null], { length: -1 }, { toString: 1 }],
]

const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  currency: ['gbp', 'gbp', 'jpy', 'kwd', 'usd'],
  till_id: ['till-1', 'till-2'],
  payment_method: ['pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_threeDSecure2Required'],
  amount: [500, 100, 1, 1_000],
  unit_amount: [500, 100, 0],
  quantity: [1, 2],
}

const textFor = (shape: Shape, dice: Dice): string => {
  if (shape.format === 'date-time')
    return dice.pick(['2026-03-01T00:00:00Z', '2026-03-02T08:00:00.000+01:00'])
  if (/\\d\{4\}-/.test(shape.pattern ?? '')) return dice.pick(['2026-03-01', '2026-02-28'])
  return dice.pick(['a', 'Loaf', 'till-1', 'ref_1'])
}

/** A value of that shape, mostly a right one. */
export const valueOf = (shape: Shape, dice: Dice, name = ''): unknown => {
  const options = shape.oneOf ?? shape.anyOf
  if (options) return valueOf(dice.pick(options), dice, name)
  if (shape.const !== undefined) return shape.const
  if (shape.enum) return dice.pick(shape.enum)
  const examples = EXAMPLES[name]
  if (examples) return dice.pick(examples)
  const type = Array.isArray(shape.type) ? dice.pick(shape.type as string[]) : shape.type
  if (type === 'object' || shape.properties) {
    const entries = Object.entries(shape.properties ?? {}).filter(
      ([key]) => shape.required?.includes(key) || dice.chance(0.4),
    )
    return Object.fromEntries(entries.map(([key, part]) => [key, valueOf(part, dice, key)]))
  }
  if (type === 'array')
    return Array.from({ length: 1 + dice.below(2) }, () => valueOf(shape.items ?? {}, dice))
  if (type === 'integer' || type === 'number') return (shape.minimum ?? 0) + dice.below(100)
  if (type === 'boolean') return dice.chance(0.5)
  return textFor(shape, dice)
}

/** The value with one place in it replaced, taken away or added. */
const mutated = (value: unknown, dice: Dice): unknown => {
  if (typeof value !== 'object' || value === null || dice.chance(0.15)) return dice.pick(NASTY)
  if (Array.isArray(value)) {
    const list = value as unknown[]
    if (dice.chance(0.2)) return [...list, ...Array.from({ length: dice.pick([1, 50]) }, () => list[0])]
    const place = dice.below(list.length)
    return list.map((part, at) => (at === place ? mutated(part, dice) : part))
  }
  const entries = Object.entries(value)
  if (entries.length === 0 || dice.chance(0.15))
    return { ...value, [dice.pick(['a', 'id', 'status', '', 'é', 'k'.repeat(300)])]: dice.pick(NASTY) }
  const place = dice.below(entries.length)
  if (dice.chance(0.15)) return Object.fromEntries(entries.filter((_, at) => at !== place))
  return Object.fromEntries(
    entries.map(([key, part], at) => [key, at === place ? mutated(part, dice) : part]),
  )
}

/** The text of a body with a wound that JSON.stringify cannot make. */
const wounded = (text: string, dice: Dice): string | Uint8Array<ArrayBuffer> => {
  const at = dice.below(text.length + 1)
  const into = (part: string) => text.slice(0, at) + part + text.slice(at)
  const wounds: (() => string | Uint8Array<ArrayBuffer>)[] = [
    () => text.slice(0, at),
    () => into(dice.pick(['\0', '"', '\\', '{', ']', ',', '\\ud800', '\ufeff', '-', '1e999', '\n'])),
    () => text.replace('{', '{"a":1,"a":2,'),
    () => text.replace('{', '{"__proto__":{"role":"admin"},'),
    () =>
      text.replaceAll(/\d+/g, (digits) =>
        dice.pick(['-0', '1e400', '0.1', '9'.repeat(30), `${digits}.0000000000000000001`]),
      ),
    () => Uint8Array.from(Buffer.from(into('\u00ff'), 'latin1')),
    () => '['.repeat(30 + dice.below(5_000)),
    () => text + ' '.repeat(dice.pick([1, 70_000])),
  ]
  return dice.pick(wounds)()
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const queryOf = (route: FuzzedRoute, dice: Dice): string => {
  const pairs = route.query
    .filter(() => dice.chance(0.3))
    .map(({ name, schema }): [string, unknown] => [
      name,
      dice.chance(0.4) ? dice.pick(NASTY) : valueOf(schema, dice, name),
    ])
  if (dice.chance(0.1)) pairs.push([dice.pick(['a', '__proto__', 'limit', 'q[]', '']), dice.pick(NASTY)])
  if (dice.chance(0.15))
    pairs.push([
      'cursor',
      Buffer.from(
        asText(
          mutated(
            { at: '2026-03-02T00:00:00Z', id: 'pay_1', date: '2026-03-02', seq: 1, kind: 'a', object: 'b' },
            dice,
          ),
        ),
      ).toString('base64url'),
    ])
  const encoded = pairs.map(
    ([name, value]) =>
      `${encodeURIComponent(name)}=${encodeURIComponent(
        asText(value)
          .replaceAll(/\p{Surrogate}/gu, '\ufffd')
          .slice(0, 2_000),
      )}`,
  )
  return encoded.length > 0 ? `?${encoded.join('&')}` : ''
}

const visible = (value: unknown): string =>
  asText(value)
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, 300)

const headersOf = (dice: Dice): Record<string, string | null> => ({
  ...(dice.chance(0.05)
    ? { 'content-type': dice.pick([null, 'text/plain', 'application/json; charset=utf-16', '']) }
    : {}),
  ...(dice.chance(0.1) ? { 'idempotency-key': dice.pick([null, 'same', visible(dice.pick(NASTY))]) } : {}),
  ...(dice.chance(0.1)
    ? {
        [dice.pick(['traceparent', 'accept', 'range', 'if-none-match', 'x-forwarded-for', 'origin'])]:
          visible(dice.pick(NASTY)),
      }
    : {}),
})

/** One request to that route: right, or broken in one to three ways. `ids` are of things that exist, `tokens` by role. */
export const fuzzedCall = (
  route: FuzzedRoute,
  dice: Dice,
  ids: readonly string[],
  tokens: ReadonlyMap<string, string>,
): Call => {
  const id = () =>
    dice.chance(0.75)
      ? dice.pick(ids)
      : asText(dice.pick(NASTY))
          .replaceAll(/\p{Surrogate}/gu, '\ufffd')
          .slice(0, 200)
  const path = route.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(id()))
  const role = dice.chance(0.9) ? dice.pick(route.roles) : dice.pick([...tokens.keys()])
  const method = dice.chance(0.97)
    ? route.method
    : dice.pick(['get', 'post', 'put', 'delete', 'patch', 'options'])
  const call = {
    method: method.toUpperCase(),
    path: path + queryOf(route, dice),
    headers: headersOf(dice),
    token: dice.chance(0.97)
      ? (tokens.get(role) ?? null)
      : dice.pick([null, 'tw_x', 'é'.normalize('NFD').slice(0, 1)]),
  }
  if (method === 'get') return call
  let body = route.body ? valueOf(route.body, dice) : {}
  for (let wounds = dice.below(3); wounds > 0; wounds -= 1) body = mutated(body, dice)
  const text = JSON.stringify(body)
  return { ...call, body: dice.chance(0.12) ? wounded(text, dice) : text }
}
