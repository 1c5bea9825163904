import type Stripe from 'stripe'
import { openStripe } from '#core/stripe-client.ts'
import { CATEGORY_RULES } from '../../domain/categories.ts'
import { controlOf } from './control.ts'
import { planEdits } from './edits.ts'
import type { Plan, PlannedMovement, PlannedPayment } from './plan.ts'

/** One ticket paid by card. */
export interface Ticket {
  readonly at: string
  readonly amount: number
}

interface Made {
  readonly ticket: Ticket
  readonly index: number
  readonly charge: string
  readonly currency: string
}

const ZONE = 'Europe/London'

/** What becomes of a ticket, by its number; the first that fits. */
const isEuro = (index: number): boolean => index % 9 === 4
const isDisputed = (index: number): boolean => index % 37 === 5
const isPartlyCaptured = (index: number): boolean => index % 17 === 7
const isRefunded = (index: number): boolean => index % 11 === 3
/** Nobody of ours made it. */
const isOrphan = (index: number): boolean => index % 41 === 12
/** Every word of its outcome was lost: the reconciler tells the ledger. */
const isLost = (index: number): boolean => index % 7 === 6
/** The ledger has a charge that Stripe never made. */
const isGhost = (index: number): boolean => index % 53 === 2

const sell = async (stripe: Stripe, ticket: Ticket, index: number): Promise<Made> => {
  const currency = isEuro(index) ? 'eur' : 'gbp'
  const manual = isPartlyCaptured(index)
  const intent = await stripe.paymentIntents.create({
    amount: ticket.amount,
    currency,
    confirm: true,
    payment_method: isDisputed(index) ? 'pm_card_createDispute' : 'pm_card_visa',
    allowed_payment_method_types: ['card'],
    ...(manual ? { capture_method: 'manual' as const } : {}),
    ...(isOrphan(index)
      ? {}
      : { metadata: { tillwatch_payment: `pay_${index}`, tillwatch_sale: `sale_${index}` } }),
  })
  const charge = String(intent.latest_charge)
  if (manual)
    await stripe.paymentIntents.capture(intent.id, { amount_to_capture: Math.ceil(ticket.amount / 2) })
  if (isRefunded(index) && !isOrphan(index))
    await stripe.refunds.create({ charge, amount: Math.ceil(ticket.amount / 4) })
  return { ticket, index, charge, currency }
}

const instant = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** What answers a row: its own amount, or in another currency that of the object it is about. */
const movementOf = (row: Stripe.BalanceTransaction, payment: string | null): PlannedMovement | undefined => {
  const account = CATEGORY_RULES.get(row.reporting_category)?.answeredBy
  const source = typeof row.source === 'string' ? null : row.source
  if (account === undefined || account === 'clearing:payout' || source === null) return undefined
  const isForeign = row.exchange_rate !== null && 'amount' in source && 'currency' in source
  const sign = row.amount < 0 ? -1 : 1
  const shown = source.object === 'charge' ? source.amount_captured : 'amount' in source ? source.amount : 0
  return {
    kind: `${source.object}_${row.reporting_category}`,
    object: source.id,
    account,
    currency: isForeign ? String(source.currency) : row.currency,
    amount: isForeign ? sign * Math.abs(Number(shown)) : row.amount,
    at: instant(row.created),
    payment,
  }
}

const paymentOf = ({ ticket, index, charge, currency }: Made): PlannedPayment => ({
  id: `pay_${index}`,
  sale: `sale_${index}`,
  currency,
  amount: ticket.amount,
  charge: isLost(index) ? null : charge,
  at: ticket.at,
})

const ghostOf = ({ ticket, index }: Made): PlannedMovement => ({
  kind: 'charge_charge',
  object: `ch_ghost${index}`,
  account: 'clearing:card',
  currency: 'gbp',
  amount: ticket.amount,
  at: ticket.at,
  payment: null,
})

const planOf = (
  made: readonly Made[],
  rows: readonly Stripe.BalanceTransaction[],
  dates: readonly string[],
  start: string,
): Plan => {
  const ours = made.filter(({ index }) => !isOrphan(index))
  const indexOf = new Map(ours.map(({ charge, index }) => [charge, index]))
  const orphans = new Set(made.filter(({ index }) => isOrphan(index)).map(({ charge }) => charge))
  const movements: PlannedMovement[] = made.filter(({ index }) => isGhost(index)).map(ghostOf)
  const lost: PlannedMovement[] = []
  for (const row of rows) {
    const index = indexOf.get(typeof row.source === 'string' ? row.source : (row.source?.id ?? ''))
    const movement = movementOf(row, index === undefined ? null : `pay_${index}`)
    if (!movement || orphans.has(movement.object)) continue
    const isOfLost = index !== undefined && isLost(index) && row.reporting_category === 'charge'
    ;(isOfLost ? lost : movements).push(movement)
  }
  const edits = planEdits(dates, rows)
  return { zone: ZONE, start, dates, payments: ours.map(paymentOf), movements, lost, edits }
}

/** Makes a month's facts in a fresh sandbox, moves its clock past the last payout, and says what the ledger knows of them. */
export const makeMonth = async (url: string, tickets: readonly Ticket[], end: string): Promise<Plan> => {
  const control = controlOf(url)
  const stripe = openStripe('sk_test_12345678', url)
  await control('POST', '/clock', { speed: 0 })
  await control('POST', '/account', { settlement_currencies: ['gbp'], rates: { eur: { gbp: '0.8512' } } })
  const made: Made[] = []
  for (const [at, ticket] of tickets.entries()) {
    await control('POST', '/clock', { now: ticket.at })
    made.push(await sell(stripe, ticket, at + 1))
  }
  const last = Date.parse(tickets.at(-1)?.at ?? end)
  for (let ms = last + 43_200_000; ms < Date.parse(end); ms += 43_200_000)
    await control('POST', '/clock', { now: new Date(ms).toISOString() })
  await control('POST', '/clock', { now: end })
  const rows: Stripe.BalanceTransaction[] = []
  for await (const row of stripe.balanceTransactions.list({ limit: 100, expand: ['data.source'] }))
    rows.push(row)
  const first = tickets[0]?.at ?? end
  const dates: string[] = []
  for (let ms = Date.parse(first.slice(0, 10)); ms < Date.parse(end) - 86_400_000; ms += 86_400_000)
    dates.push(new Date(ms).toISOString().slice(0, 10))
  return planOf(made, rows, dates, `${first.slice(0, 10)}T00:00:00.000Z`)
}
