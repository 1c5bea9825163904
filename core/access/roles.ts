/** What a person or a program may do; one role per person and per token (architecture §3.1). */
export const ROLES = ['cashier', 'finance', 'oncall', 'manager', 'admin', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/** Who calls: a person with a session, a program with a token, or nobody on public routes. */
export interface Principal {
  /** `per_...` of a person or `tok_...` of a token: who did it, wherever that is written down. */
  readonly actorId: string
  /** The name under which others know the actor. */
  readonly name: string
  readonly role: Role | 'anonymous'
  /** The till that the session or token works at; it sees that till alone. */
  readonly tillId: string | null
  /** Tills whose objects may be seen, by the actor's stores; null: every till of the shop. */
  readonly tills: readonly string[] | null
  /** `ses_...` of a person's session; null for tokens. */
  readonly sessionId: string | null
  /** When the person last proved a second factor in this session; null for tokens and PIN sessions. */
  readonly steppedUpAt: Date | null
  /** What a token is narrowed to within its role; null: everything that its role may. */
  readonly scopes: readonly string[] | null
}

/** The caller of a public route. */
export const ANONYMOUS: Principal = {
  actorId: '',
  name: '',
  role: 'anonymous',
  tillId: null,
  tills: null,
  sessionId: null,
  steppedUpAt: null,
  scopes: null,
}

/** True when objects of `tillId` may be seen by the caller; others answer `not_found`, as if they did not exist. */
export const seesTill = (principal: Pick<Principal, 'tillId' | 'tills'>, tillId: string): boolean =>
  (principal.tillId === null || principal.tillId === tillId) &&
  (principal.tills === null || principal.tills.includes(tillId))

/** Tills that the caller is narrowed to, for SQL that takes a list; null: all. */
export const tillsOf = ({ tillId, tills }: Pick<Principal, 'tillId' | 'tills'>): readonly string[] | null =>
  tillId === null ? tills : [tillId]

/** True when the caller sees the shop as a whole: routes of scope `shop` are closed to everybody else. */
export const seesShop = ({ tillId, tills }: Pick<Principal, 'tillId' | 'tills'>): boolean =>
  tillId === null && tills === null
