import { html } from 'hono/html'
import type { Html } from './page-frame.ts'
import { time } from './page-frame.ts'
import type { StoredMail } from './stored-mail.ts'
import type { MailMode } from './switches.ts'

const EXCERPT = 120

const note = (mode: MailMode): Html | '' =>
  mode === 'ok' ? '' : html`<p class="note">The mail server is switched to <b>${mode}</b>.</p>`

const row = (mail: StoredMail): Html =>
  html`<li class="${mail.in_reply_to === null ? '' : 'reply'}">
    <a href="/_sandbox/mail/${mail.id}">
      <b>${mail.subject || '(no subject)'}</b>${time(mail.at)}
      <span>to ${mail.to.join(', ')} · ${mail.text.slice(0, EXCERPT).replace(/\s+/g, ' ')}</span>
    </a>
  </li>`

/** Every mail that was taken, newest first. */
export const mailListPage = (mails: readonly StoredMail[], mode: MailMode): Html =>
  html`${note(mode)}
  ${
    mails.length === 0
      ? html`<p class="quiet">No mail yet. Nothing leaves this machine: what is sent appears here.</p>`
      : html`<div class="card">
          <ul class="rows">
            ${mails.map(row)}
          </ul>
        </div>`
  }`

/** Links of a mail open beside it. */
const withBase = (document: string): string => document.replace(/<head[^>]*>/i, '$&<base target="_blank">')

const fact = (name: string, value: Html | string): Html =>
  html`<dt>${name}</dt>
    <dd>${value}</dd>`

/** One mail as a mail program shows it, its text, and its headers as they came. */
export const mailPage = (mail: StoredMail): Html =>
  html`<div class="card body">
      <dl>${fact('From', mail.from)} ${fact('To', mail.to.join(', '))} ${fact('Taken', time(mail.at))}</dl>
    </div>
    ${
      mail.html === null
        ? ''
        : html`<h2>HTML</h2>
            <div class="card">
              <iframe
                title="The mail"
                sandbox="allow-popups allow-popups-to-escape-sandbox"
                srcdoc="${withBase(mail.html)}"
              ></iframe>
            </div>`
    }
    <h2>Text</h2>
    <div class="card"><pre>${mail.text}</pre></div>
    <h2>Headers</h2>
    <div class="card"><pre>${mail.headers.map(({ name, value }) => `${name}: ${value}\n`)}</pre></div>
    <p class="links"><a href="/_sandbox/mail/${mail.id}/raw">As it came over the wire</a></p>`
