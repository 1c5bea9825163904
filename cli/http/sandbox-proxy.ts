import type { Api } from '#core/http/root.ts'

/** The control plane takes small JSON documents. */
const METHODS = ['GET', 'POST', 'DELETE']

const PASSED = ['content-type', 'location', 'retry-after', 'cache-control']

const passed = ({ headers }: Response): Record<string, string> => ({
  'content-type': 'application/json',
  ...Object.fromEntries(
    PASSED.flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  ),
})

/** Passes `/_sandbox/*` on to the sandbox's own port; with a real key there is no such path (architecture §3.5). */
export const mountSandboxProxy = (app: Api, sandboxUrl: string): void => {
  app.on(METHODS, '/_sandbox/*', async (c) => {
    const target = new URL(sandboxUrl)
    const asked = new URL(c.req.url)
    target.pathname = asked.pathname
    target.search = asked.search
    const body = c.req.method === 'POST' ? await c.req.text() : undefined
    const answer = await fetch(target, {
      method: c.req.method,
      headers: { 'content-type': 'application/json', accept: c.req.header('accept') ?? '*/*' },
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    })
    return new Response(answer.body, {
      status: answer.status,
      headers: passed(answer),
    })
  })
}
