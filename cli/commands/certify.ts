import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { text } from 'node:stream/consumers'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Command } from 'commander'
import { callApi, openApi } from './api-client.ts'
import {
  EXIT,
  print,
  withCommonOptions,
  withPlatform,
  type CommonOptions,
  type Connection,
} from './shared.ts'

interface CertifyOptions extends CommonOptions {
  readonly csv?: string
}

interface Certification {
  readonly checked: number
  readonly findings: readonly { certificate: string; what: string; expected: string; found: string }[]
  /** Findings about other certificates than the one that was asked for. */
  readonly elsewhere: number
}

/** The stream of an answer as Node reads it. */
export const nodeStream = (stream: ReadableStream<Uint8Array>): Readable =>
  Readable.fromWeb(stream as NodeReadableStream<Uint8Array>)

const pageOf = async (connection: Connection, id: string): Promise<string[]> => {
  const page = await text(
    nodeStream(await openApi(connection, `/reconciliation/certificates/${id}?format=text`)),
  )
  return page.split('\n')
}

const verdictOf = ({ findings, elsewhere }: Certification): string => {
  if (findings.length > 0) return `The chain does not hold: ${findings.length + elsewhere} finding(s).`
  if (elsewhere === 0) return 'The chain holds.'
  return `This certificate agrees, but the chain does not hold: ${elsewhere} finding(s), named by certify without an ID.`
}

const findingLines = (result: Certification): string[] => [
  `${result.checked} ${result.checked === 1 ? 'certificate' : 'certificates'} checked`,
  ...result.findings.map(
    (one) => `! ${one.certificate}: ${one.what}; expected ${one.expected}, found ${one.found}`,
  ),
  verdictOf(result),
]

const run = async (id: string | undefined, options: CertifyOptions): Promise<number> =>
  withPlatform(options, async (connection) => {
    const body = id === undefined ? {} : { id }
    const result = await callApi<Certification>(connection, 'POST', '/reconciliation/certify', body)
    const code = result.findings.length + result.elsewhere === 0 ? EXIT.done : EXIT.finding
    if (id === undefined) {
      print(options, result, findingLines(result))
      return code
    }
    const path = `/reconciliation/certificates/${encodeURIComponent(id)}`
    if (options.csv !== undefined) {
      await pipeline(
        nodeStream(await openApi(connection, `${path}?format=csv`)),
        createWriteStream(options.csv),
      )
    }
    const certificate = await callApi<object>(connection, 'GET', path)
    print(options, { ...result, certificate }, [...(await pageOf(connection, id)), ...findingLines(result)])
    return code
  })

/** `tillwatch certify [ID]`: exit 1 when a stored certificate or the chain was altered; with an ID also its page. */
export const addCertify = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(
    program
      .command('certify')
      .description('re-check stored certificates and their chain; with an ID print the certificate'),
  )
    .argument('[id]', 'one certificate; all without it')
    .option('--csv <file>', 'write the certificate with its balance transactions to a CSV file (with an ID)')
    .action(async (id: string | undefined, options: CertifyOptions) => exit(await run(id, options)))
}
