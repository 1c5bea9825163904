import { createHash } from 'node:crypto'
import type { Context, Hono } from 'hono'
import type { Clock } from '../clock/clock.ts'
import type { Env } from '../env.ts'
import { newId } from '../ids.ts'
import type { SandboxOptions } from '../options.ts'
import type { Store } from '../store/store.ts'
import type { Scheduler } from '../timed/scheduler.ts'
import type { Answer, Call, Endpoint } from './answer.ts'
import { authenticate } from './auth.ts'
import { internalFailure, invalid, StripeFailure } from './errors.ts'
import { expand, readExpand } from './expand.ts'
import type { RawTree } from './form.ts'
import { canonicalForm, parseForm } from './form.ts'
import { decideKey, readKey } from './idempotency.ts'
import { makeFinder } from './finder.ts'
import { hasSecretHead, refuseSecrets } from './refuse-secrets.ts'
import { API_VERSION, readVersion } from './versions.ts'

export type ApiDeps = {
  env: Env
  store: Store
  clock: Clock
  scheduler: Scheduler
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
}

type Outcome = Answer & { replayOf?: string }

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
  const started = deps.env.machine.monotonic()
  deps.onCall('begin')
  let outcome: Outcome
  try {
    outcome = await perform(context, endpoint, requestId, deps, inFlight)
    // A read may show what another call just wrote; neither is told before it is on disk.
    await deps.store.durable()
  } catch (error) {
    outcome = failureAnswer(error, requestId)
  } finally {
    deps.onCall('end')
  }
  const { method, path } = context.req
  const key = context.req.header('idempotency-key')
  const isHidden = hasSecretHead(path, key)
  deps.store.journal.add(deps.clock.now(), 'call', {
    method,
    path: isHidden ? '(removed)' : path,
    status: outcome.status,
    request_id: requestId,
    idempotency_key: isHidden ? null : (key ?? null),
    replayed: outcome.replayOf !== undefined,
    ms: Math.round((deps.env.machine.monotonic() - started) * 100) / 100,
  })
  return respond(context, outcome, requestId)
}

const perform = async (
  context: Context,
  endpoint: Endpoint | null,
  requestId: string,
  deps: ApiDeps,
  inFlight: Map<string, string>,
): Promise<Outcome> => {
  authenticate(context.req.header('authorization'))
  const version = readVersion(context.req.header('stripe-version'))
  const raw = await readRaw(context)
  refuseSecrets(context.req.path, context.req.header('idempotency-key'), raw)
  if (!endpoint) throw unknownUrl(context)
  const key = context.req.method === 'POST' ? readKey(context.req.header('idempotency-key')) : undefined
  deps.scheduler.catchUp()
  const request = { endpoint, context, requestId, version, raw, key }
  if (key === undefined) return execute(request, null, deps)
  const fingerprint = fingerprintOf(context, raw)
  const decision = decideKey(key, fingerprint, inFlight, deps.store.state.answerOf(key, deps.clock.now()))
  if (decision.kind === 'replay') {
    const { status, body, request_id } = decision.answer
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
    answer = run(call)
    if (answer.status === 200) answer = { ...answer, body: expand(answer.body, raw, makeFinder(call)) }
  } catch (error) {
    // Nothing of a failed execution is kept but its answer.
    unit = deps.store.begin(deps.clock.now(), about)
    answer = failureAnswer(error, requestId)
  }
  if (key !== undefined && fingerprint !== null) {
    const stored = { key, fingerprint, at_ms: unit.at_ms, request_id: requestId, ...answer }
    unit.change.answers = [stored]
  }
  deps.store.commit(unit)
  return answer
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

const failureAnswer = (error: unknown, requestId: string): Answer => {
  if (!(error instanceof StripeFailure)) console.error(error)
  const { status, body } = error instanceof StripeFailure ? error : internalFailure()
  const request_log_url = `https://dashboard.stripe.com/test/logs/${requestId}`
  return { status, body: { error: { ...body, request_log_url } } }
}

const respond = (context: Context, outcome: Outcome, requestId: string): Response => {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'request-id': requestId,
    'stripe-version': context.req.header('stripe-version') ?? API_VERSION,
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
