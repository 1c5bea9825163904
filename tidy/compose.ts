import { parse } from 'yaml'

/** The parts of a compose service that deploy.test.ts asks about. */
export interface ComposeService {
  readonly image: string
  readonly user?: string
  readonly command?: readonly string[]
  readonly restart?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly (
    string | { readonly type: string; readonly source: string; readonly read_only?: boolean }
  )[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** A compose file with its anchors merged. */
export const readCompose = (text: string): Compose => parse(text, { merge: true }) as Compose

const VARIABLE = /(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}/g

/** Every `${NAME...}` of a text, with how it behaves when it is not set. */
export const variablesOf = (text: string): { name: string; unset: 'refused' | 'default' | 'empty' }[] =>
  [...text.matchAll(VARIABLE)].map(([, name = '', sign]) => ({
    name,
    unset: sign === '?' ? 'refused' : sign === '-' ? 'default' : 'empty',
  }))

/** A value as compose fills it in; a name without a value and without a default throws. */
export const interpolate = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(VARIABLE, (_all, name: string, sign: string | undefined, rest: string | undefined) => {
    const value = values[name]
    if (value !== undefined && value !== '') return value
    if (sign === '?') throw new Error(`${name} is not set`)
    return sign === '-' ? (rest ?? '') : ''
  })

/** One instruction of a Dockerfile, continuation lines joined, comments gone. */
export interface Instruction {
  readonly name: string
  readonly rest: string
}

/** Instructions of a Dockerfile in order. */
export const readDockerfile = (text: string): Instruction[] =>
  text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => /^(\w+)\s+(.*)$/.exec(line.trim()))
    .flatMap((hit) => (hit ? [{ name: hit[1] ?? '', rest: hit[2] ?? '' }] : []))

/** `KEY=value` lines, those commented out included, as `[key, value]`. */
export const readEnvExample = (text: string): [key: string, value: string][] =>
  [...text.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]+)=(.*)$/gm)].map((hit) => [hit[1] ?? '', hit[2] ?? ''])
