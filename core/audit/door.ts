import type { Context } from 'hono'
import type { Role } from '../access/roles.ts'
import { codeOf, TillwatchError } from '../errors.ts'
import { ERROR_CODES } from '../error-codes.ts'
import { seesShop } from '../access/roles.ts'
import { clientIp } from '../http/client-ip.ts'
import type { ApiEnv, RequestFacts } from '../http/request-facts.ts'
import type { HttpDeps } from '../http/root.ts'
import { asStorageError } from '../postgres/db.ts'
import { actionOf } from './action-of.ts'
import { appendAudit, type AuditActor, type AuditEntry, type AuditKind } from './append-audit.ts'

/** What of a route decides what is written of its calls. */
export interface AuditedRoute {
  readonly method: string
  readonly path: string
  readonly allow: readonly Role[] | 'public'
  readonly scope?: 'shop' | 'store' | 'own'
  readonly sensitive?: true
  readonly idempotent?: true
  readonly ownBody?: true
}

/** The trail's side of one request. */
interface DoorAudit {
  /** Called with the checked body right before the handler; throws `storage_unavailable` when the call cannot be written down. */
  begin(body: unknown): Promise<void>
  /** Called once the answer is known. Never throws: what happened, happened. */
  end(answer: { readonly status: number; readonly code: string | null }): Promise<void>
}

const actorOf = (c: Context<ApiEnv>): AuditActor => {
  const { principal, audit } = c.get('facts')
  if (audit?.actor) return audit.actor
  if (principal === undefined || principal.actorId === '') return { actorId: null, name: null, role: null }
  const { actorId, name, role } = principal
  return { actorId, name, role }
}

/** Fields of an answer that say what came of a change; the rest can be read where the object is. */
const TELLING = [
  'id',
  'status',
  'amount',
  'amount_captured',
  'amount_refunded',
  'currency',
  'version',
  'sale_id',
  'payment_id',
  'refund_id',
  'error',
]

/** A money call answers with text, which is the same whenever it is asked again. */
const readText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const tellingOf = (given: unknown): Record<string, unknown> | undefined => {
  const answer = typeof given === 'string' ? readText(given) : given
  if (typeof answer !== 'object' || answer === null) return undefined
  const known = Object.entries(answer).filter(([name]) => TELLING.includes(name))
  return known.length > 0 ? Object.fromEntries(known) : undefined
}

/** Id of what was made, where the call names no object. */
const idOf = ({ answer, log }: RequestFacts): string | null => {
  const id = tellingOf(answer)?.['id'] ?? log['object_id']
  return typeof id === 'string' ? id : null
}

const baseOf = (spec: AuditedRoute, c: Context<ApiEnv>): Omit<AuditEntry, 'kind'> => {
  const facts = c.get('facts')
  return {
    actor: actorOf(c),
    action: actionOf(spec.method, spec.path),
    object: facts.audit?.object ?? Object.values(c.req.param())[0] ?? idOf(facts),
    requestId: facts.id,
    traceId: facts.traceId,
    ip: clientIp(c),
    userAgent: c.req.header('user-agent') ?? null,
    route: `${spec.method.toUpperCase()} ${spec.path}`,
  }
}

/** What Stripe and the pager send has a store of its own, the inbox; nobody of ours does anything there. */
const isOurs = (spec: AuditedRoute): boolean => spec.allow !== 'public' || spec.ownBody !== true

/** Somebody narrowed to stores asks for what is not theirs: the answer is the same as for what does not exist. */
const isOthers = (spec: AuditedRoute, c: Context<ApiEnv>, code: string | null): boolean => {
  const { principal } = c.get('facts')
  return spec.scope !== 'shop' && code === 'not_found' && principal !== undefined && !seesShop(principal)
}

const endKind = (
  spec: AuditedRoute,
  c: Context<ApiEnv>,
  begun: boolean,
  code: string | null,
): AuditKind | undefined => {
  if (begun && spec.method !== 'get') return 'outcome'
  if (code === 'forbidden' || code === 'csrf_refused' || isOthers(spec, c, code)) return 'refused'
  return begun && spec.sensitive ? 'read' : undefined
}

const openDoorAudit = (deps: HttpDeps, spec: AuditedRoute, c: Context<ApiEnv>): DoorAudit => {
  let begun = false
  let given: unknown
  // A money call's claimed key is its first record; nobody who has not logged in makes us write before he is known.
  const callFirst = spec.method !== 'get' && spec.idempotent !== true && spec.allow !== 'public'
  return {
    begin: async (body) => {
      begun = true
      given = body
      if (!callFirst) return
      const entry: AuditEntry = { ...baseOf(spec, c), kind: 'call', after: body }
      await appendAudit(deps.env, deps.db, entry).catch((cause: unknown) => {
        deps.metrics.auditFailed.inc()
        throw new TillwatchError('storage_unavailable', undefined, { cause })
      })
    },
    end: async (answer) => {
      const kind = endKind(spec, c, begun, answer.code)
      if (kind === undefined) return
      const { audit, answer: body } = c.get('facts')
      const came = tellingOf(body)
      // What was asked stands in the call's own row, where there is one.
      const told = callFirst ? came : { asked: given, ...(came ? { answer: came } : {}) }
      const after = audit?.after ?? (kind === 'outcome' ? told : undefined)
      const entry: AuditEntry = { ...baseOf(spec, c), kind, before: audit?.before, after, ...answer }
      await appendAudit(deps.env, deps.db, entry).catch((err: unknown) => {
        deps.metrics.auditFailed.inc()
        deps.log.error(
          { component: 'audit', request_id: entry.requestId, route: entry.route, status: answer.status, err },
          'the audit trail could not take an outcome',
        )
      })
    },
  }
}

/**
 * Answers a request and writes the audit trail of it (reliability.md §4): before a change that it was asked for, after it what came
 * of it, each look at what a route calls sensitive, and what the caller may not do. `work` calls `begin` right before its handler.
 */
export const underAudit = async (
  deps: HttpDeps,
  spec: AuditedRoute,
  c: Context<ApiEnv>,
  work: (begin: DoorAudit['begin']) => Promise<Response>,
): Promise<Response> => {
  if (!isOurs(spec)) return work(async () => undefined)
  const door = openDoorAudit(deps, spec, c)
  try {
    const response = await work(door.begin)
    await door.end({ status: response.status, code: null })
    return response
  } catch (thrown) {
    const code = codeOf(asStorageError(thrown))
    await door.end({ status: ERROR_CODES[code].status, code })
    throw thrown
  }
}
