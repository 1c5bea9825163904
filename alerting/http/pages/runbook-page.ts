import { html } from 'hono/html'
import type { Api } from '#core/http/root.ts'
import type { AlertRule } from '../../domain/rule.ts'
import { page, type Html } from './page.ts'

const section = ({ name, severity, runbook }: AlertRule): Html =>
  html`<section class="card" id="${runbook.anchor}">
    <p class="rule"><span class="mark ${severity}">${severity}</span>${runbook.title}</p>
    <h2>${name}</h2>
    <ol>
      ${runbook.steps.map((step) => html`<li>${step}</li>`)}
    </ol>
  </section>`

/** `GET /docs/alerts`: what to do about each alert, where the links of messages lead; it holds nothing of the shop. */
export const addRunbookPage = (api: Api, rules: readonly AlertRule[]): void => {
  api.get('/docs/alerts', (c) => {
    c.get('facts').route = '/docs/alerts'
    return c.html(page('What to do', [html`<h1>What to do</h1>`, ...rules.map(section)]))
  })
}
