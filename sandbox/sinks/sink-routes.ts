import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { ControlFailure, readBody, readNumber } from '../control/answers.ts'
import { mailListPage, mailPage } from './mail-pages.ts'
import { answerPage, wantsPage } from './page-frame.ts'
import { DEEDS } from './pager-book.ts'
import type { Deed } from './pager-book.ts'
import { readPagerEvent } from './pager-event.ts'
import { pagerPage } from './pager-pages.ts'
import type { Sinks } from './sinks.ts'
import { showMail } from './stored-mail.ts'
import { switchesShape } from './switches.ts'

const LIMIT = 100
const LIMIT_MAX = 1_000

/** Two pages at once would be the same page: whoever runs a drill needs no name. */
const deedShape = z.strictObject({ by: z.string().min(1).max(100).default('Sandbox on-call') })

const limitOf = (context: Context): number => {
  const limit = readNumber(context, 'limit', LIMIT)
  if (limit < 1 || limit > LIMIT_MAX)
    throw new ControlFailure(400, 'invalid_query', `limit must be 1 to ${LIMIT_MAX}.`)
  return limit
}

const mailRoutes = (app: Hono, { mail }: Sinks): void => {
  const find = (id: string) => {
    const found = mail.find(id)
    if (!found) throw new ControlFailure(404, 'not_found', `There is no mail ${id}.`)
    return found
  }
  app.get('/_sandbox/mail', async (context) => {
    const to = context.req.query('to')
    const mails = mail.mails
      .filter((one) => to === undefined || one.to.includes(to))
      .slice(0, limitOf(context))
    if (!wantsPage(context)) return context.json({ data: mails.map(showMail) })
    const body = mailListPage(mails, mail.switch.mode)
    return answerPage(context, { title: 'Mail', section: '/_sandbox/mail', refresh: true, body })
  })
  app.get('/_sandbox/mail/:id', async (context) => {
    const found = find(context.req.param('id'))
    if (!wantsPage(context)) return context.json(showMail(found))
    const title = found.subject || '(no subject)'
    return answerPage(context, { title, section: '/_sandbox/mail', body: mailPage(found) })
  })
  app.get('/_sandbox/mail/:id/raw', (context) =>
    context.body(Buffer.from(find(context.req.param('id')).raw, 'base64'), 200, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    }),
  )
  app.delete('/_sandbox/mail', (context) => {
    mail.clear()
    return context.json({ data: [] })
  })
}

/** Cuts the connection without an answer. */
const cut = async (context: Context): Promise<Response> => {
  const { incoming } = context.env as HttpBindings
  incoming.socket.destroy()
  return context.body(null)
}

const refuse = (context: Context, errors: string[]): Response =>
  context.json({ status: 'invalid event', message: 'Event object is invalid', errors }, 400)

/** Events API v2 as PagerDuty speaks it: 202, 400, 429 and 5xx (PagerDuty, "Send an alert event", response codes). */
const eventRoute = (app: Hono, { pager }: Sinks): void => {
  app.post('/_sandbox/pager/v2/enqueue', async (context) => {
    const event = readPagerEvent(await context.req.text())
    const mode = pager.switch.take()
    if (mode === '429') {
      const { retryAfterS } = pager
      if (retryAfterS !== null) context.header('retry-after', String(retryAfterS))
      return context.json(
        { status: 'throttle exceeded', message: 'Requests for this service are arriving too quickly.' },
        429,
      )
    }
    if (mode === '500') return context.json({ status: 'error', message: 'Internal server error' }, 500)
    if ('errors' in event) return refuse(context, event.errors)
    if (mode === '400') return refuse(context, ['the sink was switched to refuse'])
    const key = pager.take(event)
    if (mode === 'lost') return cut(context)
    return context.json({ status: 'success', message: 'Event processed', dedup_key: key }, 202)
  })
}

const pageRoutes = (app: Hono, { pager }: Sinks): void => {
  app.get('/_sandbox/pages', async (context) => {
    const pages = pager.pages.slice(0, limitOf(context))
    const { book } = pager
    if (!wantsPage(context)) {
      const data = pages.map((page) => ({ ...page, effect: book.effects.get(page.id) }))
      return context.json({ data, incidents: book.incidents.toReversed() })
    }
    const body = pagerPage(pager.pages, book, pager.switch.mode)
    return answerPage(context, { title: 'Pager', section: '/_sandbox/pages', body })
  })
  app.delete('/_sandbox/pages', (context) => {
    pager.clear()
    return context.json({ data: [], incidents: [] })
  })
  app.post('/_sandbox/pages/:key/:deed', async (context) => {
    const { key, deed } = context.req.param()
    if (!(DEEDS as readonly string[]).includes(deed))
      throw new ControlFailure(404, 'not_found', 'There is nothing here.')
    const { by } = await readBody(context, deedShape)
    const done = await pager.act(key, deed as Deed, by)
    if (!done) throw new ControlFailure(404, 'not_found', `No incident ${key} is open.`)
    if (wantsPage(context)) return context.redirect(`/_sandbox/pages#${done.incident.id}`, 303)
    return context.json(done)
  })
}

const switchRoutes = (app: Hono, { mail, pager }: Sinks): void => {
  const show = () => ({
    mail: { ...mail.switch.show(), port: mail.port },
    pager: { ...pager.switch.show(), retry_after_s: pager.retryAfterS },
    pager_webhook: pager.webhookUrl === null ? null : { url: pager.webhookUrl },
  })
  app.get('/_sandbox/sinks', (context) => context.json(show()))
  app.post('/_sandbox/sinks', async (context) => {
    const wanted = await readBody(context, switchesShape)
    if (wanted.mail) await mail.turn(wanted.mail.mode, wanted.mail.times)
    if (wanted.pager) pager.turn(wanted.pager.mode, wanted.pager.times, wanted.pager.retry_after_s)
    if (wanted.pager_webhook !== undefined) pager.tell(wanted.pager_webhook)
    return context.json(show())
  })
}

/** Where mails and pages of the platform land when nobody real is to be told, and the switches that break it. */
export const sinkRoutes = (app: Hono, sinks: Sinks): void => {
  mailRoutes(app, sinks)
  eventRoute(app, sinks)
  pageRoutes(app, sinks)
  switchRoutes(app, sinks)
}
