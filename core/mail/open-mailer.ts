import { createTransport } from 'nodemailer'

const ANSWER_WITHIN_MS = 10_000

/** What came of handing a mail to its server. */
export type MailAnswer =
  { readonly kind: 'taken' } | { readonly kind: 'refused' | 'later'; readonly why: string }

/** A mail as it is handed over; text and HTML say the same. */
export interface OutgoingMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Stable, so that a mail which is sent twice is one for its reader. */
  readonly messageId: string
  /** The first mail of a thread, for every mail of it but that one. */
  readonly inReplyTo?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** A way to a mail server; it answers for every mail and never throws. */
export interface Mailer {
  send(mail: OutgoingMail): Promise<MailAnswer>
  /** Lets go of its connection. */
  close(): void
}

/** A server that says 5xx to a mail will say it again (RFC 5321 4.2.1); everything else may pass. */
const answerOf = (error: unknown): MailAnswer => {
  const why = error instanceof Error ? error.message : String(error)
  const code =
    typeof error === 'object' && error !== null && 'responseCode' in error ? Number(error.responseCode) : 0
  return { kind: code >= 500 && code < 600 ? 'refused' : 'later', why }
}

/** Mail through `smtpUrl`, from one address; it reads no file and follows no link, whatever stands in a mail. */
export const openMailer = (smtpUrl: string, from: string): Mailer => {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: ANSWER_WITHIN_MS,
    greetingTimeout: ANSWER_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: async ({ inReplyTo = null, headers = {}, ...mail }) => {
      try {
        await transport.sendMail({
          ...mail,
          from,
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
