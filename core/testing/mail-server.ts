import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** What the server says to the next mail: takes it, or refuses it with a code after its text has come. */
export type MailMood = 'ok' | number

/** A mail server on a loopback port. */
export interface MailServer {
  readonly url: string
  /** Mails in the order in which they were taken. */
  readonly mails: { readonly to: string; readonly parsed: ParsedMail }[]
  /** Answers for the next mails; `ok` once they are used up. */
  moods: MailMood[]
  close(): Promise<void>
}

/** Starts a mail server; it knows nobody whose name begins with `nobody`. */
export const startMailServer = async (): Promise<MailServer> => {
  const state = { mails: [] as MailServer['mails'], moods: [] as MailMood[] }
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) => {
      done(
        address.startsWith('nobody')
          ? Object.assign(new Error(`<${address}> is unknown`), { responseCode: 550 })
          : null,
      )
    },
    onData: (stream, session, done) => {
      void simpleParser(stream).then((parsed) => {
        const mood = state.moods.shift() ?? 'ok'
        if (mood !== 'ok') return done(Object.assign(new Error('not now'), { responseCode: mood }))
        const to = session.envelope.rcptTo.map(({ address }) => address).join(',')
        state.mails.push({ to, parsed })
        return done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  const { port } = smtp.server.address() as AddressInfo
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${port}`,
    close: async () =>
      new Promise<void>((resolve) => {
        smtp.close(resolve)
      }),
  })
}
