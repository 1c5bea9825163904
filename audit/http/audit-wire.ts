import { z } from '@hono/zod-openapi'
import { AUDIT_KINDS } from '#core/audit/append-audit.ts'

/** A row of the trail with its place in the chain, as the database has it. */
export interface AuditRow {
  readonly id: string
  readonly at: Date
  readonly kind: string
  readonly actor_id: string | null
  readonly actor_name: string | null
  readonly role: string | null
  readonly action: string
  readonly object: string | null
  readonly before: unknown
  readonly after: unknown
  readonly request_id: string | null
  readonly trace_id: string | null
  readonly ip: string | null
  readonly user_agent: string | null
  readonly route: string | null
  readonly status: number | null
  readonly code: string | null
  /** Order of writing; not shown. */
  readonly seq: bigint
  readonly position: bigint | null
  readonly hash: string | null
}

const text = () => z.string().nullable()

export const auditSchema = z.strictObject({
  id: z.string(),
  at: z.string(),
  kind: z.enum(AUDIT_KINDS),
  actor_id: text(),
  actor_name: text(),
  role: text(),
  action: z.string(),
  object: text(),
  before: z.unknown(),
  after: z.unknown(),
  request_id: text(),
  trace_id: text(),
  ip: text(),
  user_agent: text(),
  route: text(),
  status: z.number().int().nullable(),
  code: text(),
  /** Place in the chain; null for about a second. */
  position: z.number().int().nullable(),
  hash: text(),
})

/** A row of the trail as the API shows it. */
export const toAuditWire = ({ seq: _seq, ...row }: AuditRow) => ({
  ...row,
  kind: row.kind as (typeof AUDIT_KINDS)[number],
  at: row.at.toISOString(),
  position: row.position === null ? null : Number(row.position),
})
