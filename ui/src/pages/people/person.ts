import type { Role } from '#core/access/roles.ts'
import { shop } from '../../lib/shop.svelte.ts'

/** Somebody with access, or who had it. */
export interface Person {
  readonly id: string
  readonly email: string | null
  readonly name: string
  readonly role: Role
  readonly stores: readonly string[] | null
  readonly status: 'invited' | 'active' | 'removed'
  readonly has_pin: boolean
  readonly has_mfa: boolean
  readonly created_at: string
  readonly removed_at: string | null
  readonly removed_why: string | null
  readonly last_seen_at: string | null
  readonly version: number
}

/** What each role is for, in a line (architecture §3.1). */
export const ROLE_WORK: Readonly<Record<Role, string>> = {
  cashier: 'takes payments at a till',
  finance: 'reconciles, works exceptions, refunds',
  oncall: 'keeps payments running, takes alerts',
  manager: 'sees everything of the shop, approves refunds',
  admin: 'people, tokens, settings; no money',
  auditor: 'reads everything, changes nothing',
}

export const STATUS_TONE = { invited: 'info', active: 'good', removed: 'plain' } as const

/** Names of the stores that somebody is bound to. */
export const storeNames = (stores: readonly string[] | null): string =>
  stores === null ? 'all stores' : stores.map((id) => shop.storeName(id)).join(', ')
