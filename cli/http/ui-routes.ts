import type { Context } from 'hono'
import { PAGES, PAGE_ID_PREFIX, type PageName } from '#core/contracts/pages.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Api } from '#core/http/root.ts'
import type { ApiEnv } from '#core/http/request-facts.ts'
import type { Ui, UiFile } from './ui-files.ts'

/** Names with a digest in them never change; the others are asked for again. */
const FOREVER = 'public, max-age=31536000, immutable'
const ASK_AGAIN = 'no-cache'
const HAS_DIGEST = /-[\w-]{8}\.(?:js|css)$/

const ENCODINGS = ['br', 'gzip'] as const

const accepted = (c: Context<ApiEnv>): (typeof ENCODINGS)[number] | 'identity' => {
  const said = (c.req.header('accept-encoding') ?? '').toLowerCase()
  return (
    ENCODINGS.find((name) => said.split(',').some((part) => part.trim().split(';')[0] === name)) ?? 'identity'
  )
}

const answer = (
  c: Context<ApiEnv>,
  file: UiFile,
  cacheControl: string,
  status: 200 | 404 = 200,
): Response => {
  const headers = { etag: file.etag, 'cache-control': cacheControl, vary: 'Accept-Encoding' }
  if (status === 200 && c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers)
  const encoding = accepted(c)
  return c.body(file[encoding], status, {
    ...headers,
    'content-type': file.type,
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  })
}

/** Hono's patterns of a page: with and without the slash at the end, and an id only of its own kind. */
const patternsOf = (page: PageName): string[] => {
  const path = PAGES[page].replace(':id', `:id{${PAGE_ID_PREFIX[page] ?? ''}_\\w{1,80}}`)
  if (path === '/') return ['/']
  const plain = path.replace(/\/$/, '')
  return [plain, `${plain}/`]
}

/** Paths that programs ask; whoever goes wrong there reads JSON. */
const OF_PROGRAMS = /^\/(?:payments\/api|_sandbox|assets)(?:\/|$)/

const isLostReader = (c: Context<ApiEnv>): boolean =>
  c.res.status === 404 &&
  c.req.method === 'GET' &&
  c.req.header('accept')?.includes('text/html') === true &&
  c.res.headers.get('content-type')?.startsWith('application/json') === true &&
  !OF_PROGRAMS.test(c.req.path)

/**
 * Serves the pages, each at its own path: what is not a page stays 404, and another method than GET 405. The document is the
 * same for everybody and holds nothing of the shop; what a person may see, the API decides. A browser at a path that is nothing
 * gets the document too, as 404: it says so in words and leads on.
 */
export const mountUi = (app: Api, ui: Ui): void => {
  app.use('*', async (c, next) => {
    await next()
    if (isLostReader(c)) c.res = answer(c, ui.document, ASK_AGAIN, 404)
  })
  for (const page of Object.keys(PAGES) as PageName[])
    for (const pattern of patternsOf(page))
      app.get(pattern, async (c, next) => {
        // A link out of a message carries its own key, and its page is the server's.
        if (page === 'alert' && c.req.query('key') !== undefined) return next()
        c.get('facts').route = PAGES[page]
        return answer(c, ui.document, ASK_AGAIN)
      })
  app.get('/assets/:name', (c) => {
    const name = c.req.param('name')
    const file = ui.assets.get(name)
    if (!file) throw new TillwatchError('not_found')
    c.get('facts').route = '/assets/{name}'
    return answer(c, file, HAS_DIGEST.test(name) ? FOREVER : ASK_AGAIN)
  })
}
