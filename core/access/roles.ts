/** What a person or a program may do; one role per token (architecture §3.1). */
export const ROLES = ['cashier', 'finance', 'oncall', 'manager', 'admin', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/** Who calls. A cashier's token bound to a till sees that till alone; `anonymous` only on public routes. */
export interface Principal {
  readonly tokenId: string
  readonly role: Role | 'anonymous'
  readonly tillId: string | null
}

/** The caller of a public route. */
export const ANONYMOUS: Principal = { tokenId: '', role: 'anonymous', tillId: null }

/** True when objects of `tillId` may be seen by the caller; others answer `not_found`, as if they did not exist. */
export const seesTill = (principal: Principal, tillId: string): boolean =>
  principal.tillId === null || principal.tillId === tillId
