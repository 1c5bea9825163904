import { z } from 'zod'
import { cashReceivedFor, totalOf } from './domain/ticket.ts'
import type { Attempt, Ticket } from './domain/ticket.ts'
import { rfc3339 } from './domain/zone-time.ts'
import { describe, isNotNow } from './gateway-client.ts'
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
  /** Some of the till's calls are left alone; absent: none is. */
  readonly hasty?: HastyTill
}

/** A till that cuts off some of its card payments and then only looks whether the sale is paid. */
export interface HastyTill {
  cutsOff(key: string): boolean
  readonly pauseBeforeLook: (looked: number) => Promise<boolean>
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
const lookedBody = z.object({ amount_due: z.number(), payments: z.array(paymentBody) })

/** Each so many questions the call itself is repeated: with its key it happens once, and its answer is the final word. */
const repeatEvery = 4
/** A cut-off call was surely sent by then, and its answer is hardly there. */
const cutOffAfterMs = 5
/** A call that has left no trace after so many looks never arrived. */
const looksForATrace = 4

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
    const tender = { saleId, body: tenderBody(attempt, amount), key, isCard: attempt.method === 'card' }
    const paymentId = await pay(deps, ticket, tender)
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

interface Tender {
  readonly saleId: string
  readonly body: Record<string, unknown>
  readonly key: string
  readonly isCard: boolean
}

/** The payment's id when it succeeded, null when it was refused. */
async function pay(deps: RingUpDeps, ticket: Ticket, tender: Tender): Promise<string | null> {
  const { gateway, hasty } = deps
  const path = `/sales/${tender.saleId}/tenders`
  const repeat = (): Promise<Answer> => gateway.post(path, tender.body, tender.key)
  if (hasty === undefined || !tender.isCard || !hasty.cutsOff(tender.key)) {
    return outcomeOf(deps, ticket, await repeat(), repeat)
  }
  const answer = await gateway.postOnce(path, tender.body, tender.key, cutOffAfterMs)
  if (answer !== null && answer.status !== 202 && !isNotNow(answer)) {
    return outcomeOf(deps, ticket, answer, repeat)
  }
  const paid = await lookForPayment(gateway, hasty, ticket, tender.saleId)
  return paid ?? outcomeOf(deps, ticket, await repeat(), repeat)
}

/** Looks at a sale until it is paid; null when there is nothing to wait for, or after the last look. */
async function lookForPayment(
  gateway: Gateway,
  hasty: HastyTill,
  ticket: Ticket,
  saleId: string,
): Promise<string | null> {
  for (let looked = 0; ; looked += 1) {
    if (!(await hasty.pauseBeforeLook(looked))) return null
    const answer = await gateway.get(`/sales/${saleId}`)
    const sale = lookedBody.safeParse(answer.body).data
    if (answer.status >= 300 || sale === undefined) {
      throw new TicketStuck(`ticket ${ticket.ref}: no look at its sale: ${describe(answer)}`, answer.status)
    }
    const paid = sale.payments.find(({ status }) => status === 'succeeded')
    if (sale.amount_due === 0 && paid !== undefined) return paid.id
    const isOpen = sale.payments.some(({ status }) => status === 'processing')
    if (!isOpen && looked + 1 >= looksForATrace) return null
  }
}

/** The payment's id when it succeeded, null when it was refused. `repeat` makes the same call again, with its key. */
async function outcomeOf(
  deps: RingUpDeps,
  ticket: Ticket,
  first: Answer,
  repeat: () => Promise<Answer>,
): Promise<string | null> {
  let answer = first
  let isOwn = true
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
    const hasFailed = payment.status === 'payment_failed' || payment.status === 'canceled'
    if (hasFailed && isOwn) return null
    if ((!hasFailed && payment.status !== 'processing') || !(await deps.pauseBeforePoll(asked))) {
      throw new TicketStuck(
        `ticket ${ticket.ref}: payment ${payment.id} stays ${payment.status}`,
        answer.status,
      )
    }
    // A payment can also have failed because it never reached Stripe; only the call itself tells that from a refusal.
    isOwn = hasFailed || asked % repeatEvery === repeatEvery - 1
    answer = isOwn ? await repeat() : await deps.gateway.get(`/payments/${payment.id}`)
  }
}
