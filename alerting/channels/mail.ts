import { openMailer } from '#core/mail/open-mailer.ts'
import { mailOf } from '../messages/mail.ts'
import type { Channel } from './channel.ts'

/** A channel by mail; `close` lets go of its connection. */
export interface MailChannel extends Channel {
  close(): void
}

/** Mail through `smtpUrl`, from one address. A mail's Message-ID is stable, so one sent twice is one for its reader. */
export const openMail = (smtpUrl: string, from: string): MailChannel => {
  const mailer = openMailer(smtpUrl, from)
  return {
    name: 'mail',
    send: async (notice, contact) => mailer.send({ ...mailOf(notice), to: contact }),
    close: () => {
      mailer.close()
    },
  }
}
