import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import { SMTPServer } from 'smtp-server'
import { Kept } from './kept.ts'
import { readMail } from './stored-mail.ts'
import type { StoredMail } from './stored-mail.ts'
import type { MailMode } from './switches.ts'
import { Switch } from './switches.ts'

const LIMITS = { count: 1_000, bytes: 64 << 20 }
const MAIL_MAX_BYTES = 1 << 20

export type MailSinkOptions = {
  dir: string
  now: () => number
  wall: () => number
  newId: () => string
  /** After each mail that was taken. */
  onMail: (mail: StoredMail) => void
}

const refusal = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode })

const bytesOf = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** A mail server on the loopback address that delivers to nobody and keeps what it is given. */
export class MailSink {
  readonly switch = new Switch<MailMode>('ok')
  readonly #kept: Kept<StoredMail>
  readonly #options: MailSinkOptions
  #server: SMTPServer | null = null
  #port = 0

  constructor(options: MailSinkOptions) {
    this.#options = options
    this.#kept = new Kept(join(options.dir, 'mail.jsonl'), LIMITS)
  }

  /** Where it listens; 0 before it did. */
  get port(): number {
    return this.#port
  }

  /** Newest first. */
  get mails(): StoredMail[] {
    return this.#kept.all.toReversed()
  }

  find(id: string): StoredMail | undefined {
    return this.#kept.all.find((mail) => mail.id === id)
  }

  clear(): void {
    this.#kept.clear()
  }

  /** Starts to listen, on a free port when none is named; answers which. */
  async listen(port = this.#port): Promise<number> {
    const server = this.#makeServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    server.on('error', (error: Error) => console.error(error.message))
    this.#server = server
    this.#port = (server.server.address() as AddressInfo).port
    return this.#port
  }

  /** Has it answer in a mode; one that is down does not listen, as a server that was switched off. */
  async turn(mode: MailMode, times: number | undefined): Promise<void> {
    this.switch.set(mode, mode === 'down' ? undefined : times)
    if (mode === 'down') await this.#stopListening()
    else if (this.#server === null && this.#port !== 0) await this.listen()
  }

  async close(): Promise<void> {
    await this.#stopListening()
    await this.#kept.close()
  }

  async #stopListening(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server)
      await new Promise<void>((resolve) => {
        server.close(resolve)
      })
  }

  #makeServer(): SMTPServer {
    return new SMTPServer({
      name: 'sandbox',
      banner: 'mail for nobody',
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      size: MAIL_MAX_BYTES,
      closeTimeout: 200,
      onRcptTo: (_address, _session, done) => {
        if (this.switch.mode !== 'reject') return done()
        this.switch.take()
        return done(refusal(550, '5.1.1 there is no such mailbox (sink mode reject)'))
      },
      onData: (stream, session, done) => {
        this.#take(stream, session).then((id) => done(null, `taken as ${id}`), done)
      },
    })
  }

  async #take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const raw = await bytesOf(stream)
    if (stream.sizeExceeded) throw refusal(552, '5.3.4 the mail is too large')
    if (this.switch.take() === 'tempfail') throw refusal(451, '4.3.0 try again later (sink mode tempfail)')
    const { mailFrom, rcptTo } = session.envelope
    const mail = await readMail(raw, {
      id: this.#options.newId(),
      at: new Date(this.#options.now()).toISOString(),
      received_ms: this.#options.wall(),
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
    })
    this.#kept.add(mail)
    this.#options.onMail(mail)
    return mail.id
  }
}
