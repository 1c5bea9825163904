import { html } from 'hono/html'
import type { Deps } from '#core/service.ts'
import { oneLine } from '../../messages/plain-text.ts'

export type Html = ReturnType<typeof html>

/** Shows instants as people of the shop read them: "2 March 2026, 09:31" in the account's zone. */
export const clockOf = ({ shop }: Pick<Deps, 'shop'>): ((at: Date) => string) => {
  const { format } = new Intl.DateTimeFormat('en-GB', {
    timeZone: shop.account.zone,
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  return (at) => format(at)
}

/** A page that needs no log-in and runs no script. */
export const page = (title: string, body: Html | readonly Html[]): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${oneLine(title)}</title>
        <link rel="stylesheet" href="/alerts/page.css" />
      </head>
      <body>
        <main>
          <p class="brand">Tillwatch</p>
          ${body}
        </main>
      </body>
    </html>`

/** A page that only says something: why a link does not work, or what to do instead. */
export const sayPage = (title: string, ...paragraphs: readonly (string | Html)[]): Html =>
  page(title, [html`<h1>${title}</h1>`, ...paragraphs.map((text) => html`<p>${text}</p>`)])
