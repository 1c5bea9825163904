import type { Hono } from 'hono'
import type Stripe from 'stripe'
import { z } from 'zod'
import { cardByNumber } from '../domain/cards.ts'
import type { SandboxParts } from '../parts.ts'
import { playOf } from '../resources/terminal-readers.ts'
import type { ReaderPlay } from '../store/objects.ts'
import { ControlFailure, readBody } from './answers.ts'
import { changeFacts } from './change-facts.ts'

const wait = z.number().int().min(0).max(86_400_000)

const nextShape = z.strictObject({
  outcome: z.enum(['approve', 'decline', 'timeout', 'hang', 'busy', 'customer_canceled']),
  decline_code: z.string().optional(),
  after_ms: wait.optional(),
  authorize_ms: wait.optional(),
  reached: z.boolean().optional(),
})

const readerShape = z.strictObject({
  status: z.enum(['online', 'offline']).optional(),
  next: nextShape.nullable().optional(),
  auto: z.boolean().optional(),
  after_ms: wait.optional(),
  number: z
    .string()
    .refine((number) => cardByNumber(number) !== undefined, 'must be a published test card number')
    .optional(),
  physical: z.boolean().optional(),
})

const said = <T extends object>(changes: T): Partial<T> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>

const show = (reader: Stripe.Terminal.Reader, { id: _id, object: _object, ...play }: ReaderPlay) => ({
  reader,
  ...play,
})

/** `/_sandbox/readers`: what the simulated readers and the customers in front of them do. `all` stands for every reader. */
export const readerRoutes = (app: Hono, parts: SandboxParts): void => {
  app.get('/_sandbox/readers', async (context) => {
    const data = await changeFacts(parts, ({ unit }) =>
      parts.store.view.rows('terminal.reader').map((reader) => show(reader, playOf(unit, reader.id))),
    )
    return context.json({ data })
  })
  app.post('/_sandbox/readers/:id', async (context) => {
    const { status, ...changes } = await readBody(context, readerShape)
    const id = context.req.param('id')
    const data = await changeFacts(parts, ({ unit }) => {
      const readers = parts.store.view
        .rows('terminal.reader')
        .filter((reader) => id === 'all' || reader.id === id)
      return readers.map((reader) => {
        const play = unit.put<ReaderPlay>({ ...playOf(unit, reader.id), ...said(changes) } as ReaderPlay)
        // A reader that is offline was seen last when it went away.
        const changed = status && status !== reader.status
        return show(changed ? unit.put({ ...reader, status, last_seen_at: unit.at_ms }) : reader, play)
      })
    })
    const [first] = data
    if (!first) throw new ControlFailure(404, 'not_found', `There is no reader ${id}.`)
    return context.json(id === 'all' ? { data } : first)
  })
}
