import { connect } from 'node:net'
import type { Answer } from './open-door.ts'

/** Reads the answers in a stream of bytes, each by its Content-Length. Throws on what is no answer. */
const parseAnswers = (stream: string): Answer[] => {
  const answers: Answer[] = []
  let rest = stream
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n')
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]
    if (end < 0 || status === undefined) throw new Error(`No answer: ${rest.slice(0, 200)}`)
    const headers = new Headers(
      lines.map((line): [string, string] => [line.split(': ')[0] ?? '', line.slice(line.indexOf(':') + 2)]),
    )
    const length = Number(headers.get('content-length') ?? 0)
    const text = rest.slice(end + 4, end + 4 + length)
    const isJson = headers.get('content-type')?.startsWith('application/json') === true
    answers.push({
      status: Number(status),
      headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    })
    rest = rest.slice(end + 4 + length)
  }
  return answers
}

/** Sends bytes as they are and answers all that came until the other side hung up. `later` is sent when something came. */
export const sendRaw = async (port: number, text: string, later?: string): Promise<Answer[]> => {
  const socket = connect(port, '127.0.0.1')
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => {
    if (parts.push(part) === 1 && later !== undefined) socket.write(later, 'latin1')
  })
  const closed = new Promise<void>((resolve, reject) => {
    socket.once('close', () => resolve())
    socket.once('error', reject)
  })
  if (text !== '') socket.write(text, 'latin1')
  await closed
  return parseAnswers(Buffer.concat(parts).toString('utf8'))
}

/** A request as text; the connection ends with its answer unless said. */
export const requestText = (
  line: string,
  headers: readonly string[] = ['Host: till.example', 'Connection: close'],
  body = '',
): string => [line, ...headers, '', body].join('\r\n')
