import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { ROLES, type Role } from '#core/access/roles.ts'
import { appendAudit, type AuditActor } from '#core/audit/append-audit.ts'
import { codeOf, TillwatchError, type Issue } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { addPerson, invite, removePerson, resetMfa, shownPerson } from '../../access/people.ts'
import { personByEmail, type Person } from '../../access/person.ts'
import { withPeopleDatabase, type PeopleDatabase } from './people-database.ts'
import { EXIT, print, withCommonOptions, type CommonOptions } from './shared.ts'

const listPeople = loadSql(import.meta.url, '../sql/people_list_short.sql')

/** Who did it, where nobody logged in: the system's user stands behind the name. */
const BY = 'command-line'
const actor = (): AuditActor => ({
  actorId: BY,
  name: `command line (${userInfo().username})`,
  role: 'platform',
})

interface Change {
  readonly action: string
  readonly object: string | null
  readonly before?: unknown
  readonly asked: unknown
}

/** What came of a change, for the trail and for the person at the screen. */
interface Done<T> {
  readonly object: string
  readonly after: unknown
  readonly answer: T
}

/** Runs a change with its rows in the audit trail, as the door does: what was asked before it, what came of it after it. */
const audited = async <T>(
  { env, db }: PeopleDatabase,
  { action, object, before, asked }: Change,
  work: () => Promise<Done<T>>,
): Promise<T> => {
  const base = { actor: actor(), action, object, route: `tillwatch ${action}` }
  await appendAudit(env, db, { ...base, kind: 'call', after: asked })
  try {
    const { object: id, after, answer } = await work()
    await appendAudit(env, db, { ...base, kind: 'outcome', object: id, before, after })
    return answer
  } catch (error) {
    await appendAudit(env, db, { ...base, kind: 'outcome', before, code: codeOf(error) })
    throw error
  }
}

const linkOf = ({ publicUrl }: PeopleDatabase, secret: string): string => `${publicUrl}/invitation#${secret}`

const wrong = (message: string): TillwatchError => new TillwatchError('query_invalid', message)

/** A wrong field of the person is a wrong option here, and is named. */
const inWords = (error: unknown): unknown => {
  const issues =
    error instanceof TillwatchError ? (error.details['issues'] as Issue[] | undefined) : undefined
  return issues ? wrong(issues.map(({ path, message }) => `${path}: ${message}`).join('\n')) : error
}

const requireRole = (text: string): Role => {
  const role = ROLES.find((name) => name === text)
  if (!role) throw wrong(`--role: must be one of ${ROLES.join(', ')}`)
  return role
}

const requireSomebody = async ({ db }: PeopleDatabase, email: string): Promise<Person> => {
  const person = await personByEmail(db, email)
  if (!person || person.status === 'removed')
    throw new TillwatchError('not_found', `Nobody with access has the e-mail address ${email}.`)
  return person
}

interface NewUser {
  readonly email: string
  readonly name: string
  readonly role: string
  readonly stores?: string
}

const SHAPE = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

const add = async (people: PeopleDatabase, { email, name, role: text, stores }: NewUser) => {
  const role = requireRole(text)
  if (!SHAPE.test(email) || email.length > 200) throw wrong('--email: must be a mail address')
  const wanted = { name, email, role, stores: stores?.split(',').map((id) => id.trim()) ?? null, pin: null }
  return audited(people, { action: 'user.add', object: null, asked: wanted }, async () => {
    // The person and the way in together, or neither.
    const made = await people.db.withTransaction(async (db) => {
      const unit = { ...people, db: db as PeopleDatabase['db'] }
      const id = await addPerson(unit, wanted, BY)
      return { id, invitation_link: linkOf(people, await invite(unit, id)) }
    })
    return { object: made.id, after: { ...wanted, status: 'invited' }, answer: made }
  })
}

const remove = async (people: PeopleDatabase, { email, reason }: { email: string; reason: string }) => {
  const person = await requireSomebody(people, email)
  const before = shownPerson(person)
  return audited(
    people,
    { action: 'user.remove', object: person.id, before, asked: { email, reason } },
    async () => {
      await removePerson(people, person.id, person.version, BY, reason)
      return { object: person.id, after: { status: 'removed', reason }, answer: { id: person.id, email } }
    },
  )
}

const reset = async (people: PeopleDatabase, email: string) => {
  const person = await requireSomebody(people, email)
  return audited(people, { action: 'user.reset-mfa', object: person.id, asked: { email } }, async () => {
    const link = linkOf(people, await resetMfa(people, person.id, BY))
    return {
      object: person.id,
      after: { second_factor: 'taken away' },
      answer: { id: person.id, invitation_link: link },
    }
  })
}

interface ListedUser {
  readonly id: string
  readonly email: string | null
  readonly name: string
  readonly role: Role
  readonly stores: readonly string[] | null
  readonly status: string
  readonly has_mfa: boolean
}

const lineOf = ({ id, role, status, has_mfa: hasMfa, name, email, stores }: ListedUser): string =>
  [
    id,
    role.padEnd(8),
    status.padEnd(7),
    hasMfa ? 'second factor' : 'none         ',
    `${name} <${email ?? 'no e-mail'}>`,
    stores === null ? 'whole shop' : stores.join(','),
  ].join('  ')

type Run = <O extends CommonOptions>(
  work: (people: PeopleDatabase, options: O) => Promise<unknown>,
) => (options: O) => Promise<void>

const addListing = (user: Command, run: Run): void => {
  withCommonOptions(user.command('list').description('everybody, and who has a second factor')).action(
    run(async ({ db }, options) => {
      const data = await db.rows<ListedUser>(listPeople)
      print(options, { data }, data.length === 0 ? ['Nobody yet.'] : data.map(lineOf))
    }),
  )
}

const addChanges = (user: Command, run: Run): void => {
  withCommonOptions(
    user.command('add').description('give somebody access; prints the link of the invitation'),
  )
    .requiredOption('--email <address>', 'with which they log in')
    .requiredOption('--name <name>', 'as others see them')
    .requiredOption('--role <role>', ROLES.join(', '))
    .option('--stores <ids>', 'only these stores, comma between; the whole shop without it')
    .action(
      run(async (people, options: CommonOptions & NewUser) => {
        const made = await add(people, options)
        print(options, made, [made.invitation_link])
      }),
    )
  withCommonOptions(user.command('remove').description('take access away; open pages end at once'))
    .requiredOption('--email <address>', 'whose')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action(
      run(async (people, options: CommonOptions & { email: string; reason: string }) => {
        const gone = await remove(people, options)
        print(options, gone, [`${gone.email} has no access any more.`])
      }),
    )
  withCommonOptions(
    user.command('reset-mfa').description('take a lost second factor away; prints a link that leads back in'),
  )
    .requiredOption('--email <address>', 'whose')
    .action(
      run(async (people, options: CommonOptions & { email: string }) => {
        const made = await reset(people, options.email)
        print(options, made, [made.invitation_link])
      }),
    )
}

/** `tillwatch user list|add|remove|reset-mfa`: people, by the database itself, for when no admin can log in. */
export const addUser = (program: Command, exit: (code: number) => void): void => {
  const user = program.command('user').description('people who may log in; works on the database itself')
  const run: Run = (work) => async (options) => {
    await withPeopleDatabase(options, async (people) => work(people, options)).catch((error: unknown) => {
      throw inWords(error)
    })
    exit(EXIT.done)
  }
  addListing(user, run)
  addChanges(user, run)
}
