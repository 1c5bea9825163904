import { createTransport } from 'nodemailer'
import type { Answer } from '../deliveries/domain/plan-delivery.ts'
import { mailOf } from '../messages/mail.ts'
import type { Channel } from './channel.ts'

const ANSWER_WITHIN_MS = 10_000

/** A server that says 5xx to a message will say it again (RFC 5321 4.2.1); everything else may pass. */
const answerOf = (error: unknown): Answer => {
  const why = error instanceof Error ? error.message : String(error)
  const code =
    typeof error === 'object' && error !== null && 'responseCode' in error ? Number(error.responseCode) : 0
  return code >= 500 && code < 600 ? { kind: 'refused', why } : { kind: 'later', why }
}

/** A channel by mail; `close` lets go of its connection. */
export interface MailChannel extends Channel {
  close(): void
}

/** Mail through `smtpUrl`, from one address. A mail's Message-ID is stable, so one sent twice is one for its reader. */
export const openMail = (smtpUrl: string, from: string): MailChannel => {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: ANSWER_WITHIN_MS,
    greetingTimeout: ANSWER_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    name: 'mail',
    send: async (notice, contact) => {
      const { subject, text, html, messageId, inReplyTo, headers } = mailOf(notice)
      try {
        await transport.sendMail({
          from,
          to: contact,
          subject,
          text,
          html,
          messageId,
          headers: { ...headers },
          ...(inReplyTo === null ? {} : { inReplyTo, references: inReplyTo }),
        })
        return { kind: 'taken' }
      } catch (error) {
        return answerOf(error)
      }
    },
    close: () => {
      transport.close()
    },
  }
}
