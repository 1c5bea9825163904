import { join } from 'node:path'
import type { Command } from 'commander'
import { TillwatchError } from '#core/errors.ts'
import { callApi } from './api-client.ts'
import {
  EXIT,
  print,
  withCommonOptions,
  withPlatform,
  type CommonOptions,
  type Connection,
} from './shared.ts'
import { readIfThere } from '../start/data-folder.ts'

interface TokenRow {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly till_id: string | null
  readonly created_at: string
  readonly revoked_at: string | null
  readonly last_used_at: string | null
}

/** Tokens are an admin's matter: the folder's owner has the admin token. */
const asAdmin = async (connection: Connection): Promise<Connection> => {
  const token = await readIfThere(join(connection.folder.tokensDir, 'admin'))
  if (token === undefined)
    throw new TillwatchError('unauthenticated', 'There is no admin token in the data folder.')
  return { ...connection, token: token.trim() }
}

/** `tillwatch token create|list|revoke`: API tokens by role. */
export const addToken = (program: Command, exit: (code: number) => void): void => {
  const token = program.command('token').description('API tokens by role')
  withCommonOptions(token.command('create').description('make a token; it is shown once'))
    .requiredOption('--role <role>', 'cashier, finance, oncall, manager, admin or auditor')
    .requiredOption('--name <name>', 'what it is for')
    .option('--till <id>', 'binds a cashier token to one till')
    .option('--person <name>', 'who holds it: nobody approves what he asked for with another token')
    .action(
      async (options: CommonOptions & { role: string; name: string; till?: string; person?: string }) => {
        const made = await withPlatform(options, async (connection) =>
          callApi<{ id: string; token: string }>(await asAdmin(connection), 'POST', '/tokens', {
            role: options.role,
            name: options.name,
            ...(options.till === undefined ? {} : { till_id: options.till }),
            ...(options.person === undefined ? {} : { person: options.person }),
          }),
        )
        print(options, made, [made.token])
        exit(EXIT.done)
      },
    )
  withCommonOptions(token.command('list').description('every token, without its secret')).action(
    async (options: CommonOptions) => {
      const { data } = await withPlatform(options, async (connection) =>
        callApi<{ data: TokenRow[] }>(await asAdmin(connection), 'GET', '/tokens'),
      )
      print(
        options,
        { data },
        data.map(
          (row) =>
            `${row.id}  ${row.role.padEnd(8)} ${row.revoked_at ? 'revoked' : 'active '}  ${row.name}  last used ${row.last_used_at ?? 'never'}`,
        ),
      )
      exit(EXIT.done)
    },
  )
  withCommonOptions(token.command('revoke').description('end a token at once').argument('<id>')).action(
    async (id: string, options: CommonOptions) => {
      const gone = await withPlatform(options, async (connection) =>
        callApi<TokenRow>(await asAdmin(connection), 'POST', `/tokens/${encodeURIComponent(id)}/revoke`, {}),
      )
      print(options, gone, [`${gone.id} is revoked.`])
      exit(EXIT.done)
    },
  )
}
