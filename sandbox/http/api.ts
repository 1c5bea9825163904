import { createHash } from 'node:crypto'
import type { Context, Hono } from 'hono'
import type { Clock } from '../clock/clock.ts'
import type { Env } from '../env.ts'
import { refusalOf, sever, seversAfter, seversBefore } from '../faults/break-call.ts'
import type { Faults } from '../faults/faults.ts'
import type { CallRule } from '../faults/rule.ts'
import { newId } from '../ids.ts'
import type { SandboxOptions } from '../options.ts'
import { doubtsOf } from '../options.ts'
import type { Store } from '../store/store.ts'
import type { Scheduler } from '../timed/scheduler.ts'
import type { Answer, Call, Endpoint } from './answer.ts'
import { authenticate } from './auth.ts'
import type { ErrorBody } from './errors.ts'
import { internalFailure, invalid, StripeFailure } from './errors.ts'
import { expand, readExpand } from './expand.ts'
import type { RawTree } from './form.ts'
import { canonicalForm, parseForm } from './form.ts'
import { decideKey, readKey } from './idempotency.ts'
import { makeFinder } from './finder.ts'
import { seenThrough } from './pages.ts'
import { hasSecretHead, refuseSecrets } from './refuse-secrets.ts'
import { API_VERSION, readVersion } from './versions.ts'

export type ApiDeps = {
  env: Env
  store: Store
  clock: Clock
  scheduler: Scheduler
  faults: Faults
  options: SandboxOptions
  /** Called when a call begins and when it ends, for the coordinator. */
  onCall: (phase: 'begin' | 'end') => void
}

const BODY_MAX = 1_000_000

type Request = {
  endpoint: Endpoint
  context: Context
  requestId: string
  version: string | null
  raw: RawTree
  key: string | undefined
  fault: CallRule | null
}

type Outcome = Answer & { replayOf?: string; headers?: Readonly<Record<string, string>> }

/** Mounts the endpoints under their paths; everything else outside `/_sandbox` is an unknown URL. */
export const mountApi = (app: Hono, endpoints: readonly Endpoint[], deps: ApiDeps): void => {
  const inFlight = new Map<string, string>()
  for (const endpoint of endpoints) {
    app.on(endpoint.method, endpoint.path, (context) => answerCall(context, endpoint, deps, inFlight))
  }
  app.notFound((context) => answerCall(context, null, deps, inFlight))
}

const answerCall = async (
  context: Context,
  endpoint: Endpoint | null,
  deps: ApiDeps,
  inFlight: Map<string, string>,
): Promise<Response> => {
  const requestId = `req_${newId(deps.env.random, 'r').slice(2, 16)}`
  const { machine } = deps.env
  const started = machine.monotonic()
  const { method, path } = context.req
  const key = context.req.header('idempotency-key')
  deps.onCall('begin')
  try {
    const { latencyMs, rule } = deps.faults.meetCall({ method, path, requestId, key })
    if (latencyMs > 0) await new Promise<void>((resolve) => machine.timer(latencyMs, resolve))
    const note = (outcome: Outcome | null): void =>
      writeCall(deps, context, { requestId, rule, ms: machine.monotonic() - started }, outcome)
    if (rule && seversBefore(rule)) {
      note(null)
      return await sever(context, rule, machine, null)
    }
    const outcome = await outcomeOf(context, { endpoint, requestId, fault: rule }, deps, inFlight)
    note(outcome)
    const response = respond(context, outcome, requestId)
    return rule && seversAfter(rule) ? await sever(context, rule, machine, response) : response
  } finally {
    deps.onCall('end')
  }
}

type Met = Pick<Request, 'requestId' | 'fault'> & { endpoint: Endpoint | null }

/** What the call comes to, on disk; a failure is an outcome, too. */
const outcomeOf = async (
  context: Context,
  met: Met,
  deps: ApiDeps,
  inFlight: Map<string, string>,
): Promise<Outcome> => {
  try {
    const outcome = await perform(context, met, deps, inFlight)
    // A read may show what another call just wrote; neither is told before it is on disk.
    await deps.store.durable()
    return outcome
  } catch (error) {
    return failureAnswer(error, met.requestId, deps.options)
  }
}

/** The call in the journal; `outcome` null: it was never begun. */
const writeCall = (
  deps: ApiDeps,
  context: Context,
  about: { requestId: string; rule: CallRule | null; ms: number },
  outcome: Outcome | null,
): void => {
  const { method, path } = context.req
  const key = context.req.header('idempotency-key')
  const isHidden = hasSecretHead(path, key)
  deps.store.journal.add(deps.clock.now(), 'call', {
    method,
    path: isHidden ? '(removed)' : path,
    status: outcome?.status ?? null,
    request_id: about.requestId,
    idempotency_key: isHidden ? null : (key ?? null),
    replayed: outcome?.replayOf !== undefined,
    ms: Math.round(about.ms * 100) / 100,
    ...(about.rule ? { fault: about.rule.kind } : {}),
  })
}

const perform = async (
  context: Context,
  { endpoint, requestId, fault }: Met,
  deps: ApiDeps,
  inFlight: Map<string, string>,
): Promise<Outcome> => {
  const refusal = refusalOf(fault, context.req.header('idempotency-key'))
  if (refusal) throw refusal
  authenticate(context.req.header('authorization'), context.req.method)
  const version = readVersion(context.req.header('stripe-version'))
  const raw = await readRaw(context)
  refuseSecrets(context.req.path, context.req.header('idempotency-key'), raw)
  if (!endpoint) throw unknownUrl(context)
  const key = context.req.method === 'POST' ? readKey(context.req.header('idempotency-key')) : undefined
  deps.scheduler.catchUp()
  const request = { endpoint, context, requestId, version, raw, key, fault }
  if (key === undefined) return execute(request, null, deps)
  const fingerprint = fingerprintOf(context, raw)
  const decision = decideKey(key, fingerprint, inFlight, deps.store.state.answerOf(key, deps.clock.now()))
  if (decision.kind === 'replay') {
    const { status, body, request_id } = decision.answer
    // Not done again, and told badly again; what is stored stays as it was.
    if (fault?.kind === 'error_500_after') throw internalFailure()
    return { status, body, replayOf: request_id }
  }
  inFlight.set(key, fingerprint)
  try {
    const outcome = execute(request, fingerprint, deps)
    await deps.store.durable()
    return outcome
  } finally {
    inFlight.delete(key)
  }
}

/** Validates, then executes and commits the change together with the stored answer, in one line of the log. */
const execute = (request: Request, fingerprint: string | null, deps: ApiDeps): Answer => {
  const { endpoint, raw, version, key, requestId } = request
  const run = endpoint.prepare(raw, version)
  readExpand(raw.expand)
  const about = { id: requestId, idempotency_key: key ?? null }
  let unit = deps.store.begin(deps.clock.now(), about)
  let answer: Answer
  try {
    const { store, options } = deps
    const id = request.context.req.param('id') ?? ''
    const call: Call = {
      unit,
      view: store.view,
      store,
      random: deps.env.random,
      options,
      id,
      requestId,
      version,
    }
    answer = runVisibly(deps.faults, () => run(call))
    if (answer.status === 200) answer = { ...answer, body: expand(answer.body, raw, makeFinder(call)) }
  } catch (error) {
    // Nothing of a failed execution is kept but its answer.
    unit = deps.store.begin(deps.clock.now(), about)
    answer = failureAnswer(error, requestId, deps.options)
  }
  // All of it is done, and yet the answer, also the one kept for the key, says that Stripe failed (stripe.md §3).
  if (request.fault?.kind === 'error_500_after')
    answer = failureAnswer(internalFailure(), requestId, deps.options)
  if (key !== undefined && fingerprint !== null) {
    const { status, body } = answer
    unit.change.answers = [{ key, fingerprint, at_ms: unit.at_ms, request_id: requestId, status, body }]
  }
  deps.store.commit(unit)
  return answer
}

/** Runs a handler; rows that a fault keeps late are left out of its lists. */
const runVisibly = (faults: Faults, run: () => Answer): Answer => {
  const late = faults.lateRows()
  try {
    return seenThrough(late?.isVisible ?? null, run)
  } finally {
    late?.done()
  }
}

/** What a key stands for, as a digest: the parameters themselves (a card's CVC among them) are kept nowhere. */
const fingerprintOf = (context: Context, raw: RawTree): string =>
  createHash('sha256')
    .update(`${context.req.method} ${context.req.path} ${canonicalForm(raw)}`)
    .digest('base64url')

const readRaw = async (context: Context): Promise<RawTree> => {
  const query = new URL(context.req.url).search.slice(1)
  const raw = parseForm(query)
  if (context.req.method === 'GET') return raw
  const body = await context.req.text()
  if (body.length > BODY_MAX)
    throw new StripeFailure(413, { message: 'Request too large.', type: 'invalid_request_error' })
  const type = context.req.header('content-type') ?? ''
  if (body !== '' && type !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    throw invalid('The request body must be application/x-www-form-urlencoded.')
  }
  return parseForm(body, raw)
}

const unknownUrl = (context: Context): StripeFailure =>
  new StripeFailure(404, {
    message: `Unrecognized request URL (${context.req.method}: ${context.req.path}).`,
    type: 'invalid_request_error',
  })

/** A refusal as the switches for what Stripe's documents leave open want it. */
const readAgain = (status: number, body: ErrorBody, options: SandboxOptions): ErrorBody => {
  const { conflictType, permissionCode } = doubtsOf(options)
  if (status === 409 && body.code === 'idempotency_key_in_use') return { ...body, type: conflictType }
  return status === 403 && permissionCode !== 'none' ? { ...body, code: permissionCode } : body
}

const failureAnswer = (error: unknown, requestId: string, options: SandboxOptions): Outcome => {
  if (!(error instanceof StripeFailure)) console.error(error)
  const failure = error instanceof StripeFailure ? error : internalFailure()
  const { status } = failure
  const body = readAgain(status, failure.body, options)
  const request_log_url = `https://dashboard.stripe.com/test/logs/${requestId}`
  const headers = error instanceof StripeFailure ? error.headers : {}
  return { status, body: { error: { ...body, request_log_url } }, headers }
}

const respond = (context: Context, outcome: Outcome, requestId: string): Response => {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'request-id': requestId,
    'stripe-version': context.req.header('stripe-version') ?? API_VERSION,
    ...outcome.headers,
  }
  const key = context.req.header('idempotency-key')
  if (context.req.method === 'POST' && key && outcome.status !== 401) {
    headers['idempotency-key'] = key
    headers['original-request'] = outcome.replayOf ?? requestId
    if (outcome.replayOf) headers['idempotent-replayed'] = 'true'
  }
  // A key in use is worth another try; the SDK follows this header before its own rules (stripe.md §3).
  if (outcome.status === 409) headers['stripe-should-retry'] = 'true'
  const account = context.req.header('stripe-account')
  if (account && outcome.status !== 401) headers['stripe-account'] = account
  return new Response(`${JSON.stringify(outcome.body, null, 2)}\n`, { status: outcome.status, headers })
}
