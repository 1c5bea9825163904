import { z, type RouteConfig } from '@hono/zod-openapi'
import { ERROR_CODES, type ErrorCode } from '../error-codes.ts'
import type { Api } from './root.ts'
import type { RouteSpec, Schema } from './route-spec.ts'

type AnySpec = RouteSpec<Schema, Schema, Schema>

const ALWAYS: readonly ErrorCode[] = [
  'token_in_url',
  'uri_too_long',
  'query_invalid',
  'duplicate_parameter',
  'pan_detected',
  'storage_unavailable',
  'internal_error',
]
const WITH_TOKEN: readonly ErrorCode[] = ['unauthenticated', 'forbidden', 'csrf_refused']
const WITH_BODY: readonly ErrorCode[] = [
  'malformed_json',
  'invalid_utf8',
  'duplicate_json_key',
  'forbidden_key',
  'too_complex',
  'payload_too_large',
  'unsupported_media_type',
  'validation_failed',
  'metadata_invalid',
]
const WITH_KEY: readonly ErrorCode[] = [
  'idempotency_key_required',
  'idempotency_key_invalid',
  'idempotency_key_reused',
  'operation_in_progress',
]

/** Every code that a route can answer with. */
export const codesOf = (spec: AnySpec): ErrorCode[] => [
  ...new Set([
    ...ALWAYS,
    ...(spec.allow === 'public' ? [] : WITH_TOKEN),
    ...(spec.unlimited ? [] : (['rate_limited'] as const)),
    ...(spec.stepUp ? (['mfa_required'] as const) : []),
    ...(spec.params ? (['not_found'] as const) : []),
    ...(spec.method === 'get' || spec.ownBody ? [] : WITH_BODY),
    ...(spec.idempotent ? WITH_KEY : []),
    ...spec.errors,
  ]),
]

const errorSchema = (codes: readonly ErrorCode[]) =>
  z.object({
    error: z.looseObject({
      code: z.enum(codes as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      request_id: z.string(),
      issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    }),
  })

const errorAnswers = (codes: readonly ErrorCode[]): RouteConfig['responses'] => {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = ERROR_CODES[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      status,
      {
        description: same.map((code) => `${code}: ${ERROR_CODES[code].meaning}`).join('\n'),
        content: { 'application/json': { schema: errorSchema(same) } },
      },
    ]),
  )
}

const goodAnswers = (answers: AnySpec['answers']): RouteConfig['responses'] =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      { description: 'Done', content: { 'application/json': { schema } } },
    ]),
  )

const keyHeader = z.object({
  'Idempotency-Key': z.string().min(1).max(255).openapi({ description: 'The same key is done once.' }),
})

/** A route for the OpenAPI document, with every code it can answer. */
export const describeRoute = (spec: AnySpec): RouteConfig => ({
  method: spec.method,
  path: spec.path,
  summary: spec.summary,
  security: spec.allow === 'public' ? [] : [{ token: [] }],
  'x-roles': spec.allow,
  'x-scope': spec.scope,
  'x-step-up': spec.stepUp === true,
  'x-sensitive': spec.sensitive === true,
  request: {
    ...(spec.params ? { params: spec.params as z.ZodObject } : {}),
    ...(spec.query ? { query: spec.query as z.ZodObject } : {}),
    ...(spec.idempotent ? { headers: keyHeader } : {}),
    ...(spec.body
      ? { body: { required: !spec.bodyOptional, content: { 'application/json': { schema: spec.body } } } }
      : {}),
  },
  responses: { ...errorAnswers(codesOf(spec)), ...goodAnswers(spec.answers) },
})

/** The OpenAPI 3.1 document of every route mounted on `root`, made when asked. */
export const openApiDocument = (root: Api): object => {
  root.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  return root.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Tillwatch', version: '1' },
  })
}
