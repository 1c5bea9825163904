import { readFileSync } from 'node:fs'
import type { Context } from 'hono'
import { html, raw } from 'hono/html'

const css = readFileSync(new URL('sinks.css', import.meta.url), 'utf8')

export type Html = ReturnType<typeof html>

/** Nothing of what was sent to a sink runs or is fetched, whatever it is. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const ZONE_FORMAT = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** An instant for people; the whole of it stands in its attribute. */
export const time = (at: string): Html =>
  html`<time datetime="${at}" title="${at}">${ZONE_FORMAT.format(new Date(at))} UTC</time>`

/** True when a browser asks, false for a program. */
export const wantsPage = (context: Context): boolean =>
  (context.req.header('accept') ?? '').includes('text/html')

const link = (href: string, text: string, current: string): Html =>
  href === current
    ? html`<a href="${href}" aria-current="page">${text}</a>`
    : html`<a href="${href}">${text}</a>`

export type Page = {
  title: string
  /** Which of the two lists it belongs to. */
  section: '/_sandbox/mail' | '/_sandbox/pages'
  /** Read again every few seconds. */
  refresh?: boolean
  body: Html
}

/** A page of the sinks, without scripts. */
export const answerPage = async (
  context: Context,
  page: Page,
  status: 200 | 404 = 200,
): Promise<Response> => {
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${page.refresh ? html`<meta http-equiv="refresh" content="5" />` : ''}
        <title>${page.title}</title>
        <style>
          ${raw(css)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <h1>${page.title}</h1>
            <nav>
              ${link('/_sandbox/mail', 'Mail', page.section)}
              ${link('/_sandbox/pages', 'Pager', page.section)}
            </nav>
          </header>
          ${page.body}
        </main>
      </body>
    </html>`
  context.header('content-security-policy', POLICY)
  context.header('cache-control', 'no-store')
  return context.html(text, status)
}
