import { z } from '@hono/zod-openapi'
import { requestOf, type ApprovalRow } from '../desk/approvals.ts'
import type { DeskException, HistoryRow } from '../desk/desk-exception.ts'
import type { Sides } from '../desk/read-sides.ts'
import { agreersTo, type DeskTier } from '../domain/desk-tiers.ts'
import { explainException } from '../domain/explain.ts'
import { postingsOfPlan } from '../domain/settle.ts'
import { instant, wire } from './wire.ts'

/** An exception with what a list shows beside it. */
export type ListedException = DeskException & {
  readonly last_note: { readonly text: string; readonly by: string; readonly at: string } | null
  readonly approval: {
    readonly id: string
    readonly resolution: string
    readonly reason: string
    readonly note: string | null
    readonly account: string | null
    readonly counterpart_id: string | null
    readonly requested_by: string
    readonly requested_at: string
  } | null
}

const amount = () => z.number().int()
const amounts = () => ({ expected: amount(), actual: amount(), difference: amount() })
const text = () => z.string()
const maybe = () => z.string().nullable()
const facts = () => z.record(z.string(), z.unknown())

export const exceptionSchema = z.strictObject({
  id: text(),
  category: text(),
  object: text(),
  status: z.enum(['open', 'resolved']),
  healed: z.boolean(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  currency: text(),
  ...amounts(),
  /** Size of the difference: what is at risk while it is open. */
  value: amount(),
  date: text(),
  occurred_at: text(),
  age_s: z.number().int(),
  due_at: text(),
  overdue: z.boolean(),
  owner: maybe(),
  payment_id: maybe(),
  text: text(),
  details: z.record(z.string(), z.string()),
  resolution: maybe(),
  reason: maybe(),
  resolved_by: maybe(),
  adjustment_entry: maybe(),
  last_note: z.strictObject({ text: text(), by: text(), at: text() }).nullable(),
  approval: z
    .strictObject({
      id: text(),
      resolution: text(),
      reason: text(),
      note: maybe(),
      account: maybe(),
      counterpart_id: maybe(),
      requested_by: text(),
      requested_at: text(),
    })
    .nullable(),
  version: z.number().int(),
  opened_run_id: text(),
  last_seen_run_id: text(),
  resolved_run_id: maybe(),
  first_seen_at: text(),
  last_seen_at: text(),
  resolved_at: maybe(),
})

/** An exception on the wire; ages are counted at `now`, and a resolved one's at its resolution. */
export const toWire = (row: ListedException, now: Date) => ({
  id: row.id,
  category: row.category,
  object: row.object,
  status: row.status,
  healed: row.healed,
  severity: row.severity,
  currency: row.currency,
  expected: wire(row.expected),
  actual: wire(row.actual),
  difference: wire(row.difference),
  value: wire(row.difference < 0n ? -row.difference : row.difference),
  date: row.business_date,
  occurred_at: row.occurred_at.toISOString(),
  age_s: Math.max(0, Math.floor(((row.resolved_at ?? now).getTime() - row.occurred_at.getTime()) / 1000)),
  due_at: row.due_at.toISOString(),
  overdue: row.status === 'open' && row.due_at < now,
  owner: row.owner,
  payment_id: row.payment_id,
  text: explainException(row),
  details: row.details,
  resolution: row.resolution,
  reason: row.reason,
  resolved_by: row.resolved_by_name,
  adjustment_entry: row.adjustment_entry,
  last_note: row.last_note && { ...row.last_note, at: new Date(row.last_note.at).toISOString() },
  approval: row.approval && {
    ...row.approval,
    requested_at: new Date(row.approval.requested_at).toISOString(),
  },
  version: row.version,
  opened_run_id: row.opened_run_id,
  last_seen_run_id: row.last_seen_run_id,
  resolved_run_id: row.resolved_run_id,
  first_seen_at: row.first_seen_at.toISOString(),
  last_seen_at: row.last_seen_at.toISOString(),
  resolved_at: instant(row.resolved_at),
})

const postingSchema = z.strictObject({
  account: text(),
  object: maybe(),
  currency: text(),
  amount: amount(),
})

const toPostings = (plan: string) =>
  postingsOfPlan(plan).map((leg) => ({
    account: leg.account,
    object: leg.object ?? null,
    currency: leg.currency,
    amount: wire(leg.amountMinor),
  }))

const sidesShape = () => ({
  stripe: z.strictObject({ rows: z.array(facts()), payout: facts().nullable() }),
  ledger: z.strictObject({ movements: z.array(facts()), entries: z.array(facts()) }),
  differing: z.array(z.string()),
})

const toSides = ({ rows, payout, movements, entries, differing }: Sides) => ({
  stripe: {
    rows: rows.map(({ stripe_created: created, business_date: date, movement_key: counterpart, ...row }) => ({
      ...row,
      amount: wire(row.amount),
      fee: wire(row.fee),
      net: wire(row.net),
      created: created.toISOString(),
      available_on: row.available_on.toISOString(),
      date,
      counterpart,
    })),
    payout: payout && {
      ...payout,
      amount: wire(payout.amount),
      items_net: payout.items_net === null ? null : wire(payout.items_net),
      arrival_at: payout.arrival_at.toISOString(),
      stripe_created: payout.stripe_created.toISOString(),
    },
  },
  ledger: {
    movements: movements.map(({ stripe_object: object, business_date: date, ...row }) => ({
      ...row,
      object,
      date,
      amount: wire(row.amount),
      occurred_at: row.occurred_at.toISOString(),
    })),
    entries: entries.map(({ plan, business_date: date, ...entry }) => ({
      ...entry,
      date,
      occurred_at: entry.occurred_at.toISOString(),
      recorded_at: entry.recorded_at.toISOString(),
      postings: toPostings(plan),
    })),
  },
  differing: [...differing],
})

export const wholeSchema = exceptionSchema.extend({
  ...sidesShape(),
  notes: z.array(z.strictObject({ id: text(), text: text(), by: text(), role: text(), at: text() })),
  approvals: z.array(
    z.strictObject({
      id: text(),
      status: z.enum(['pending', 'approved', 'rejected', 'expired']),
      resolution: text(),
      reason: text(),
      note: maybe(),
      account: maybe(),
      counterpart_id: maybe(),
      postings: z.array(postingSchema),
      /** Roles whose tier allows to agree, while it waits; never whoever asked. */
      agreers: z.array(z.enum(['finance', 'manager'])),
      requested_by: text(),
      requested_at: text(),
      decided_by: maybe(),
      decided_at: maybe(),
      decision_note: maybe(),
    }),
  ),
  reasons: z.array(z.strictObject({ code: text(), text: text(), note_required: z.boolean() })),
  history: z.array(
    z.strictObject({
      version: z.number().int(),
      change: text(),
      status: text(),
      ...amounts(),
      at: text(),
      run_id: maybe(),
      by: z.strictObject({ kind: z.enum(['run', 'person', 'age']), name: maybe() }),
      before: facts(),
      after: facts(),
      why: maybe(),
    }),
  ),
})

const toApproval = (tiers: readonly DeskTier[]) => (row: ApprovalRow) => ({
  id: row.id,
  status: row.status,
  resolution: row.resolution,
  reason: row.reason,
  note: row.note,
  account: row.account,
  counterpart_id: row.counterpart_id,
  postings: toPostings(row.plan),
  agreers: row.status === 'pending' ? agreersTo(tiers, requestOf(row)) : [],
  requested_by: row.requested_name,
  requested_at: row.requested_at.toISOString(),
  decided_by: row.decided_name,
  decided_at: instant(row.decided_at),
  decision_note: row.decision_note,
})

const toHistory = (line: HistoryRow) => ({
  version: line.version,
  change: line.change,
  status: line.status,
  expected: wire(line.expected),
  actual: wire(line.actual),
  difference: wire(line.difference),
  at: line.at.toISOString(),
  run_id: line.run_id,
  by: { kind: line.by_kind, name: line.by_name },
  before: line.before,
  after: line.after,
  why: line.why,
})

/** A note as it is stored. */
export interface NoteRow {
  readonly id: string
  readonly text: string
  readonly by_name: string
  readonly role: string
  readonly at: Date
}

/** Everything about one exception, on the wire. */
export const toWhole = (
  row: ListedException,
  now: Date,
  parts: {
    readonly sides: Sides
    readonly notes: readonly NoteRow[]
    readonly approvals: readonly ApprovalRow[]
    readonly tiers: readonly DeskTier[]
    readonly history: readonly HistoryRow[]
    readonly reasons: readonly {
      readonly code: string
      readonly text: string
      readonly noteRequired?: true
    }[]
  },
) => ({
  ...toWire(row, now),
  ...toSides(parts.sides),
  notes: parts.notes.map(({ by_name: by, at, ...note }) => ({ ...note, by, at: at.toISOString() })),
  approvals: parts.approvals.map(toApproval(parts.tiers)),
  reasons: parts.reasons.map(({ code, text: meaning, noteRequired }) => ({
    code,
    text: meaning,
    note_required: noteRequired ?? false,
  })),
  history: parts.history.map(toHistory),
})
