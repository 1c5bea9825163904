import { z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { createLogger } from '../log.ts'
import { createMetrics } from '../metrics/create-metrics.ts'
import { manualEnv } from '../testing/manual-env.ts'
import { TillwatchError } from '../errors.ts'
import { defineRoute } from './api.ts'
import { openApiDocument } from './openapi.ts'
import { createApi, createRoot, type HttpDeps } from './root.ts'

const lines: Record<string, unknown>[] = []

const setUp = () => {
  lines.length = 0
  const log = createLogger('info', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  })
  const deps = { env: manualEnv(), log, metrics: createMetrics() } as unknown as HttpDeps
  const root = createRoot(deps)
  const api = createApi()
  const route = (path: string, handler: () => Promise<{ status: number; body: unknown }>) =>
    defineRoute(
      api,
      deps,
      {
        method: 'get',
        path,
        summary: path,
        allow: 'public',
        scope: 'own',
        params: z.strictObject({ id: z.string() }),
        answers: { 200: z.strictObject({ ok: z.boolean() }) },
        errors: ['invalid_state'],
      },
      handler,
    )
  route('/good/{id}', async () => ({ status: 200, body: { ok: true } }))
  route('/refused/{id}', async () => {
    throw new TillwatchError('invalid_state')
  })
  route('/broken/{id}', async () => {
    throw new Error('the secret of the house')
  })
  root.route('/base', api)
  return { root, deps }
}

test('an answer has its request id, and one log line that names the route and not the path', async () => {
  const { root, deps } = setUp()
  const response = await root.request('/base/good/secret-id')
  expect(response.status).toBe(200)
  const id = response.headers.get('request-id')
  expect(id).toMatch(/^req_/)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ request_id: id, method: 'GET', route: '/good/{id}', status: 200 })
  expect(JSON.stringify(lines)).not.toContain('secret-id')
  expect(await deps.metrics.registry.getSingleMetricAsString('http_requests_total')).toContain(
    'http_requests_total{method="GET",route="/good/{id}",status_class="2xx"} 1',
  )
})

test('a refusal answers its code and logs it', async () => {
  const response = await setUp().root.request('/base/refused/a')
  expect(response.status).toBe(409)
  expect(lines.at(-1)).toMatchObject({ code: 'invalid_state', status: 409 })
})

test('a bug of ours is internal_error without a word of it, and the log has all', async () => {
  const response = await setUp().root.request('/base/broken/a')
  expect(response.status).toBe(500)
  const text = await response.text()
  expect(text).not.toContain('secret of the house')
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal_error' } })
  expect(JSON.stringify(lines)).toContain('the secret of the house')
})

test('the document lists each route with all its codes under the path where it is mounted', () => {
  const document = openApiDocument(setUp().root) as {
    paths: Record<string, { get: { responses: Record<string, { description: string }> } }>
  }
  const responses = document.paths['/base/refused/{id}']?.get.responses ?? {}
  expect(Object.keys(responses).sort()).toEqual([
    '200',
    '400',
    '404',
    '409',
    '414',
    '422',
    '429',
    '500',
    '503',
  ])
  expect(responses['409']?.description).toContain('invalid_state')
})
