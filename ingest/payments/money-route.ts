import type { Principal } from '#core/access/roles.ts'
import type { RequestFacts } from '#core/http/request-facts.ts'
import type { MoneyCall } from './idempotency-keys.ts'
import type { Prepared } from './money-calls.ts'

interface MoneyRequest {
  readonly principal: Principal
  readonly idempotencyKey: string
  readonly method: string
  readonly path: string
  readonly rawBody: unknown
  readonly facts: RequestFacts
}

/** Tells the audit trail how the object `id` stood when a money call began, from the row that is locked anyway. */
export const tellBefore = <Subject extends { readonly status: string }>(
  facts: RequestFacts,
  id: string,
  prepared: Prepared<Subject>,
): Prepared<Subject> => {
  if (prepared.kind === 'begun') facts.audit = { object: id, before: { status: prepared.subject.status } }
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
