import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Speed } from './control-plane.ts'
import { isZone } from './domain/zone-time.ts'
import { WrongUse } from './wrong-use.ts'

const url = z.url({ protocol: /^https?$/ })
const seed = z.coerce.number().int().min(0).default(1)
const zone = z.string().refine(isZone, 'no such time zone').default('Europe/London')
const speed = z
  .union([z.literal('max'), z.coerce.number().positive().max(1_000_000)])
  .default('max')
  .transform((value): Speed => value)

const playSchema = z.strictObject({
  gateway: url.optional(),
  sandbox: url.optional(),
  tickets: z.string(),
  prices: z.string(),
  speed,
  seed,
  faults: z.string().min(1).optional(),
  till: z.string().default('till_1'),
  zone,
  check: z.boolean().default(false),
})
const demoSchema = z.strictObject({
  gateway: url,
  sandbox: url,
  seed,
  zone,
  days: z.coerce.number().int().min(0).max(365).default(14),
})

export type PlayArguments = z.infer<typeof playSchema>
export type DemoArguments = z.infer<typeof demoSchema>

/** Reads the command line of `play.ts`; throws WrongUse naming every wrong option. */
export function readPlayArguments(args: readonly string[]): PlayArguments {
  return read(
    playSchema,
    args,
    ['gateway', 'sandbox', 'tickets', 'prices', 'speed', 'seed', 'faults', 'till', 'zone'],
    ['check'],
  )
}

/** Reads the command line of `demo.ts`; throws WrongUse naming every wrong option. */
export function readDemoArguments(args: readonly string[]): DemoArguments {
  return read(demoSchema, args, ['gateway', 'sandbox', 'seed', 'zone', 'days'], [])
}

function read<T>(schema: z.ZodType<T>, args: readonly string[], texts: string[], flags: string[]): T {
  const options = {
    ...Object.fromEntries(texts.map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
  }
  const result = schema.safeParse(valuesOf(args, options))
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`)
  throw new WrongUse(problems.join('\n'))
}

function valuesOf(
  args: readonly string[],
  options: NonNullable<Parameters<typeof parseArgs>[0]>['options'],
): unknown {
  try {
    return { ...parseArgs({ args: [...args], options: options ?? {}, strict: true }).values }
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error))
  }
}
