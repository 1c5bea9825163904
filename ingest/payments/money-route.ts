import type { Principal } from '#core/access/roles.ts'
import type { RequestFacts } from '#core/http/request-facts.ts'
import type { MoneyCall } from './idempotency-keys.ts'
import type { LockedPaymentRow } from './lock-payment.ts'
import type { Prepared } from './money-calls.ts'

interface MoneyRequest {
  readonly principal: Principal
  readonly idempotencyKey: string
  readonly method: string
  readonly path: string
  readonly rawBody: unknown
  readonly facts: RequestFacts
}

/** What of a payment money calls change, for the audit trail. */
export const auditedPayment = ({
  status,
  amount_captured,
  amount_refunded,
  version,
}: Pick<LockedPaymentRow, 'status' | 'amount_captured' | 'amount_refunded' | 'version'>) => ({
  status,
  amount_captured,
  amount_refunded,
  version,
})

/** Tells the audit trail how the payment stood when a money call began, from the row that was locked anyway. */
export const tellBefore = <Subject>(facts: RequestFacts, prepared: Prepared<Subject>): Prepared<Subject> => {
  const { before } = prepared
  if (before) facts.audit = { object: before.id, before: auditedPayment(before) }
  return prepared
}

/** A money call from its request. */
export const moneyCallOf = (request: MoneyRequest): MoneyCall => ({
  key: request.idempotencyKey,
  method: request.method,
  path: request.path,
  body: request.rawBody,
  principal: request.principal,
  traceId: request.facts.traceId,
  requestId: request.facts.id,
  acceptedMs: request.facts.arrivedMs,
  log: request.facts.log,
})
