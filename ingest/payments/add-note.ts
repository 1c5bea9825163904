import { z } from '@hono/zod-openapi'
import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { loadPayment } from './payment-operations.ts'

const insertNote = loadSql(import.meta.url, '../sql/payment_note_insert.sql')

/** A note on the wire. */
export const noteSchema = z
  .strictObject({
    id: z.string(),
    payment_id: z.string(),
    text: z.string(),
    author: z.string(),
    role: z.string(),
    at: z.string(),
  })
  .openapi('PaymentNote')

interface NoteRow {
  readonly id: string
  readonly payment_id: string
  readonly text: string
  readonly author_name: string
  readonly role: string
  readonly at: Date
}

/** Adds a note to a payment's timeline; notes are never changed. Throws `not_found`. */
export const addNote = async (
  deps: Pick<Deps, 'db' | 'env'>,
  principal: Principal,
  paymentId: string,
  text: string,
): Promise<z.output<typeof noteSchema>> => {
  const payment = await loadPayment(deps.db, paymentId)
  if (!seesTill(principal, payment.till_id)) throw new TillwatchError('not_found')
  const values = [
    newId(deps.env, 'note'),
    paymentId,
    text,
    principal.actorId,
    principal.role,
    deps.env.clock.now(),
  ]
  const note = await deps.db.first<NoteRow>(insertNote, values)
  if (!note) throw new TillwatchError('not_found')
  const { author_name: author, at, ...rest } = note
  return {
    id: rest.id,
    payment_id: rest.payment_id,
    text: rest.text,
    author,
    role: rest.role,
    at: at.toISOString(),
  }
}
