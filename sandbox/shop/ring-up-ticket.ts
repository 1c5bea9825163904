import { z } from 'zod'
import { cashReceivedFor, totalOf } from './domain/ticket.ts'
import type { Attempt, Ticket } from './domain/ticket.ts'
import { rfc3339 } from './domain/zone-time.ts'
import { describe } from './gateway-client.ts'
import type { Gateway } from './gateway-client.ts'
import type { Answer } from './http.ts'

export interface RungUp {
  readonly paymentId: string
  readonly method: 'card' | 'cash'
  /** Minor units of the ticket's currency. */
  readonly amount: number
  /** How many cards were refused before. */
  readonly declined: number
}

export interface RingUpDeps {
  readonly gateway: Gateway
  /** Waits a moment before the n-th (0, 1, ...) question after a payment whose outcome is unknown; false = give up. */
  readonly pauseBeforePoll: (asked: number) => Promise<boolean>
}

/** The platform answered something with which this ticket cannot be paid; a person has to look. */
export class TicketStuck extends Error {
  /** HTTP status of the answer that ended it. */
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

const saleBody = z.object({ id: z.string(), total: z.number() })
const paymentBody = z.object({ id: z.string(), status: z.string() })

/**
 * Rings one ticket up at the gateway: the sale, then its attempts to pay until one succeeds. Every key is made from the
 * ticket's ref, so that ringing it up again after a crash charges nobody twice and gives the same payment. Throws
 * TicketStuck when all attempts were refused or an answer is none of the contract's, PlatformAway when there is none.
 */
export async function ringUp(deps: RingUpDeps, tillId: string, ticket: Ticket): Promise<RungUp> {
  const amount = totalOf(ticket.lines)
  const saleId = await openSale(deps.gateway, tillId, ticket, amount)
  let declined = 0
  for (const [index, attempt] of ticket.attempts.entries()) {
    const key = `${keyOf(tillId, ticket)}-tender-${index + 1}`
    const answer = await deps.gateway.post(`/sales/${saleId}/tenders`, tenderBody(attempt, amount), key)
    const paymentId = await outcomeOf(deps, ticket, answer)
    if (paymentId !== null) return { paymentId, method: attempt.method, amount, declined }
    declined += 1
  }
  throw new TicketStuck(`ticket ${ticket.ref}: refused ${declined} times`, 402)
}

/** The root of all idempotency keys of a ticket. */
export function keyOf(tillId: string, ticket: Ticket): string {
  return `${tillId}-${ticket.ref}`
}

async function openSale(gateway: Gateway, tillId: string, ticket: Ticket, total: number): Promise<string> {
  const body = {
    till_id: tillId,
    currency: ticket.currency,
    lines: ticket.lines.map(({ name, quantity, unitAmount }) => ({
      name,
      quantity,
      unit_amount: unitAmount,
    })),
    sold_at: rfc3339(ticket.atMs),
    external_ref: ticket.ref,
    cashier_ref: ticket.cashierRef,
  }
  const answer = await gateway.post('/sales', body, `${keyOf(tillId, ticket)}-sale`)
  const sale = saleBody.safeParse(answer.body).data
  if (answer.status >= 300 || sale === undefined) {
    throw new TicketStuck(`ticket ${ticket.ref}: the sale was refused: ${describe(answer)}`, answer.status)
  }
  // The till's own sum: a gateway that adds up differently must not take the money.
  if (sale.total !== total) {
    throw new TicketStuck(
      `ticket ${ticket.ref}: the till adds up to ${total}, the gateway to ${sale.total}`,
      200,
    )
  }
  return sale.id
}

function tenderBody(attempt: Attempt, amount: number): Record<string, unknown> {
  if (attempt.method === 'cash') return { type: 'cash', amount, received: cashReceivedFor(amount) }
  return { type: 'card', amount, payment_method: attempt.paymentMethod }
}

/** The payment's id when it succeeded, null when it was refused. */
async function outcomeOf(deps: RingUpDeps, ticket: Ticket, first: Answer): Promise<string | null> {
  let answer = first
  for (let asked = 0; ; asked += 1) {
    if (answer.status === 402) return null
    const payment = paymentBody.safeParse(answer.body).data
    if (answer.status >= 300 || payment === undefined) {
      throw new TicketStuck(
        `ticket ${ticket.ref}: the payment was refused: ${describe(answer)}`,
        answer.status,
      )
    }
    if (payment.status === 'succeeded') return payment.id
    if (payment.status === 'payment_failed') return null
    if (payment.status !== 'processing' || !(await deps.pauseBeforePoll(asked))) {
      throw new TicketStuck(
        `ticket ${ticket.ref}: payment ${payment.id} stays ${payment.status}`,
        answer.status,
      )
    }
    answer = await deps.gateway.get(`/payments/${payment.id}`)
  }
}
