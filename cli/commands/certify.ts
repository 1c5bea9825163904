import type { Command } from 'commander'
import { callApi } from './api-client.ts'
import { EXIT, print, withCommonOptions, withPlatform, type CommonOptions } from './shared.ts'

interface Certification {
  readonly checked: number
  readonly findings: readonly { certificate: string; what: string; expected: string; found: string }[]
}

const run = async (id: string | undefined, options: CommonOptions): Promise<number> =>
  withPlatform(options, async (connection) => {
    const result = await callApi<Certification>(
      connection,
      'POST',
      '/reconciliation/certify',
      id === undefined ? {} : { id },
    )
    const { findings } = result
    print(options, result, [
      `${result.checked} certificates checked`,
      ...findings.map(
        (one) => `! ${one.certificate}: ${one.what}; expected ${one.expected}, found ${one.found}`,
      ),
      findings.length === 0 ? 'The chain holds.' : `The chain does not hold: ${findings.length} finding(s).`,
    ])
    return findings.length === 0 ? EXIT.done : EXIT.finding
  })

/** `tillwatch certify [ID]`: exit 1 when a stored certificate or the chain was altered. */
export const addCertify = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(program.command('certify').description('re-check stored certificates and their chain'))
    .argument('[id]', 'one certificate; all without it')
    .action(async (id: string | undefined, options: CommonOptions) => exit(await run(id, options)))
}
