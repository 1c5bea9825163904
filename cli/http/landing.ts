import { readFileSync } from 'node:fs'
import { html } from 'hono/html'
import { BASE_CSS } from '#core/http/base-css.ts'
import type { Api } from '#core/http/root.ts'
import { formatMajor } from '#core/money.ts'
import type { Deps } from '#core/service.ts'
import { statusOf } from '../../alerting/http/incident-wire.ts'
import type { StoredIncident } from '../../alerting/incidents/incident.ts'
import { incidentLinks } from '../../alerting/people/ack-link.ts'
import {
  readFigures,
  type Figures,
  type LatestCertificate,
  type LatestPayment,
  type Takings,
} from './landing-figures.ts'

const css = BASE_CSS + readFileSync(new URL('./landing.css', import.meta.url), 'utf8')

type Html = ReturnType<typeof html>

const money = (minor: bigint, currency: string): string =>
  `${formatMajor(minor, currency)} ${currency.toUpperCase()}`

const tile = (label: string, value: string, note: string, tone = ''): Html =>
  html`<div class="tile"><span>${label}</span><b class="${tone}">${value}</b><span>${note}</span></div>`

const takingsTile = (takings: readonly Takings[], method: string, label: string): Html[] => {
  const rows = takings.filter((row) => row.method === method)
  if (rows.length === 0) return [tile(label, '–', 'no payment yet today')]
  return rows.map((row) =>
    tile(
      label,
      money(row.amount, row.currency),
      `${row.count} payments, ${money(row.refunded, row.currency)} refunded`,
    ),
  )
}

const TONES: Readonly<Record<string, string>> = {
  ok: 'good',
  warn: 'warn',
  alert: 'bad',
  failed: 'bad',
  no_data: '',
}
const WORDS: Readonly<Record<string, string>> = {
  ok: 'on target',
  warn: 'below target',
  alert: 'alert',
  failed: 'could not be measured',
  no_data: 'too few payments to judge',
}

const metricTiles = ({ metrics, openExceptions }: Figures): Html[] => {
  const { success_rate: rate, latency_ms: latency, webhooks } = metrics
  const percent = rate.value === null ? '–' : `${(rate.value * 100).toFixed(2)} %`
  const p95 = latency.p95.value === null ? '–' : `${latency.p95.value} ms`
  return [
    tile(
      'Success rate, last hour',
      percent,
      `${rate.numerator ?? '–'} of ${rate.denominator ?? '–'} attempts, ${WORDS[rate.state]}`,
      TONES[rate.state],
    ),
    tile(
      'P95 of processing, last hour',
      p95,
      `target 5,000 ms, ${WORDS[latency.p95.state]}`,
      TONES[latency.p95.state],
    ),
    tile(
      'Webhooks, last hour',
      String(webhooks.processed),
      `processed; ${webhooks.unprocessed} waiting, ${webhooks.failed.value ?? '–'} failed`,
      webhooks.unprocessed > 0 ? 'warn' : 'good',
    ),
    tile(
      'Open exceptions',
      String(openExceptions),
      'between the ledger and Stripe',
      openExceptions > 0 ? 'bad' : 'good',
    ),
  ]
}

const showTime = ({ shop }: Deps, at: Date): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: shop.account.zone,
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(at)

const paymentRow =
  (deps: Deps) =>
  (payment: LatestPayment): Html => {
    const tone =
      payment.status === 'succeeded' ? 'good' : payment.status === 'payment_failed' ? 'bad' : 'warn'
    return html`<tr>
      <td>${showTime(deps, payment.created_at)}</td>
      <td>${payment.till_id}</td>
      <td>${payment.method}</td>
      <td class="number">${money(payment.amount, payment.currency)}</td>
      <td class="${tone}">${payment.status}${payment.decline_code ? ` (${payment.decline_code})` : ''}</td>
      <td class="quiet">${payment.id}</td>
    </tr>`
  }

const certificateRow = (row: LatestCertificate): Html =>
  html`<tr>
    <td>${row.business_date}</td>
    <td class="number">${money(row.opening, row.currency)}</td>
    <td class="number">${money(row.closing, row.currency)}</td>
    <td class="${row.clean ? 'good' : 'bad'}">
      ${row.clean ? 'clean' : `${row.open_exceptions} open exceptions`}
    </td>
    <td class="number quiet">${row.version}</td>
  </tr>`

/** Headings of columns that are read as numbers. */
const NUMBERS = new Set(['Opening', 'Closing', 'Amount', 'Version'])

const table = (headings: readonly string[], rows: readonly Html[], empty: string): Html =>
  rows.length === 0
    ? html`<p class="quiet">${empty}</p>`
    : html`<div class="table">
        <table>
          <thead>
            <tr>
              ${headings.map((text) => html`<th scope="col" class="${NUMBERS.has(text) ? 'number' : ''}">${text}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>`

const INCIDENT_TONES: Readonly<Record<string, string>> = { critical: 'bad', warning: 'warn', info: '' }

const incidentRow =
  (deps: Deps) =>
  (incident: StoredIncident): Html => {
    const { url } = incidentLinks(deps.notify, incident.id, deps.env.clock.now())
    const status = statusOf(incident)
    const who = incident.acked_by === null ? '' : ` by ${incident.acked_by}`
    return html`<tr>
      <td>${showTime(deps, incident.opened_at)}</td>
      <td class="${INCIDENT_TONES[incident.severity]}">${incident.severity}</td>
      <td><a href="${new URL(url).pathname + new URL(url).search}">${incident.rule}</a></td>
      <td class="headline">${incident.headline}</td>
      <td class="quiet">${status}${who}</td>
    </tr>`
  }

const alertsSection = (deps: Deps, { incidents }: Figures): Html =>
  html`<h2>Alerts</h2>
    ${table(['Since', 'Severity', 'Alert', 'What', 'State'], incidents.map(incidentRow(deps)), 'Nothing is wrong.')}`

const LINKS: readonly (readonly [string, string])[] = [
  ['/readyz', 'Health'],
  ['/openapi.json', 'API'],
  ['/metrics', 'Prometheus'],
]

const figuresSection = (deps: Deps, figures: Figures): Html =>
  html` <section class="tiles" aria-label="Today">
      ${takingsTile(figures.takings, 'card', 'Card today')}
      ${takingsTile(figures.takings, 'cash', 'Cash today')} ${metricTiles(figures)}
    </section>
    ${alertsSection(deps, figures)}
    <h2>Certificates</h2>
    ${table(['Date', 'Opening', 'Closing', 'State', 'Version'], figures.certificates.map(certificateRow), 'The first date is certified two hours after its end.')}
    <h2>Latest payments</h2>
    ${table(['Time', 'Till', 'Method', 'Amount', 'Status', 'Payment'], figures.payments.map(paymentRow(deps)), 'No payment yet.')}`

const withoutFigures = html`<p>
  This platform moves real money, so figures need a token: ask the API with yours.
</p>`

const page = (deps: Deps, body: Html, sandboxUrl: string | null): Html => {
  const { zone } = deps.shop.account
  const now = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'full',
    timeStyle: 'short',
  }).format(deps.env.clock.now())
  const links =
    sandboxUrl === null
      ? LINKS
      : [
          ...LINKS,
          ['/_sandbox/clock', 'Sandbox clock'] as const,
          ['/_sandbox/charges', 'Sandbox charges'] as const,
        ]
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="10" />
        <title>Tillwatch</title>
        <link rel="stylesheet" href="/landing.css" />
      </head>
      <body>
        <main>
          <header>
            <h1>Tillwatch</h1>
            <p>${deps.shop.stores.map((store) => store.name).join(', ')}</p>
            <p class="quiet">${now}, ${zone}${sandboxUrl === null ? '' : ', sandbox time'}</p>
          </header>
          ${body}
          <h2>More</h2>
          <nav>
            <ul>
              ${links.map(([href, text]) => html`<li><a href="${href}">${text}</a></li>`)}
            </ul>
          </nav>
        </main>
      </body>
    </html>`
}

/** The plain first page: today's figures (in the sandbox, where they are play money) and where to look next. */
export const mountLanding = (app: Api, deps: Deps, sandboxUrl: string | null): void => {
  app.get('/landing.css', (c) =>
    c.body(css, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=60' }),
  )
  app.get('/', async (c) => {
    const body = sandboxUrl === null ? withoutFigures : figuresSection(deps, await readFigures(deps))
    return c.html(page(deps, body, sandboxUrl))
  })
}
