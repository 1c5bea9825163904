import type { AddressObject, ParsedMail } from 'mailparser'
import { simpleParser } from 'mailparser'

/** A mail as it was taken; `raw` is what came over the wire, base64. */
export type StoredMail = {
  id: string
  /** The sandbox's clock, RFC 3339. */
  at: string
  /** The machine's clock, milliseconds since epoch. */
  received_ms: number
  from: string
  /** To whom it was handed over: those of the envelope, not those of the header. */
  to: string[]
  subject: string
  text: string
  html: string | null
  headers: { name: string; value: string }[]
  message_id: string | null
  in_reply_to: string | null
  references: string[]
  raw: string
}

export type Envelope = { id: string; at: string; received_ms: number; to: string[]; from: string }

const addressOf = (found: AddressObject | undefined, otherwise: string): string =>
  found?.text === undefined || found.text === '' ? otherwise : found.text

const headersOf = ({ headerLines }: ParsedMail): StoredMail['headers'] =>
  headerLines.map(({ line }) => {
    const colon = line.indexOf(':')
    return {
      name: line.slice(0, colon),
      value: line
        .slice(colon + 1)
        .replace(/\r?\n\s+/g, ' ')
        .trim(),
    }
  })

/** Reads a mail as a mail program does; throws when it is none. */
export const readMail = async (raw: Buffer, envelope: Envelope): Promise<StoredMail> => {
  const parsed = await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true })
  const { references } = parsed
  return {
    ...envelope,
    from: addressOf(parsed.from, envelope.from),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || null,
    headers: headersOf(parsed),
    message_id: parsed.messageId ?? null,
    in_reply_to: parsed.inReplyTo ?? null,
    references: references === undefined ? [] : [references].flat(),
    raw: raw.toString('base64'),
  }
}

/** As the control plane shows it. */
export const showMail = ({ raw: _raw, ...mail }: StoredMail) => ({
  ...mail,
  url: `/_sandbox/mail/${mail.id}`,
  raw_url: `/_sandbox/mail/${mail.id}/raw`,
})
