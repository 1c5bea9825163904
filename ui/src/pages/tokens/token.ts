import type { Role } from '#core/access/roles.ts'

/** A program's token as it may be shown. */
export interface Token {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly till_id: string | null
  readonly person: string | null
  readonly created_at: string
  readonly expires_at: string | null
  readonly revoked_at: string | null
  readonly last_used_at: string | null
  readonly scopes: readonly string[] | null
  readonly rotated_to: string | null
}

/** How a token stands at `now`: the word, and how loud it is. */
export const tokenState = (
  { revoked_at, expires_at, rotated_to }: Token,
  now: Date,
): { readonly text: string; readonly tone: 'good' | 'warn' | 'plain' } => {
  if (revoked_at !== null) return { text: 'revoked', tone: 'plain' }
  if (expires_at !== null && new Date(expires_at) <= now)
    return { text: rotated_to === null ? 'expired' : 'replaced', tone: 'plain' }
  if (rotated_to !== null) return { text: 'being replaced', tone: 'warn' }
  return { text: 'works', tone: 'good' }
}

/** Lengths that a new token can be given, in days; none is for what an admin means to look after. */
export const LIFETIMES: readonly (readonly [days: number, label: string])[] = [
  [30, '30 days'],
  [90, '90 days'],
  [365, 'a year'],
  [0, 'no end'],
]

/** How long both tokens work after a rotation, in seconds. */
export const OVERLAPS: readonly (readonly [seconds: number, label: string])[] = [
  [0, 'not at all'],
  [3_600, 'an hour'],
  [86_400, 'a day'],
  [604_800, 'a week'],
]
