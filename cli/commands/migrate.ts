import type { Command } from 'commander'
import { openClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { TillwatchError } from '#core/errors.ts'
import { migratePostgres } from '#core/postgres/migrate.ts'
import { systemClock } from '#core/system-env.ts'
import { EXIT, print, readConfig, withCommonOptions, type CommonOptions } from './shared.ts'

const run = async (options: CommonOptions): Promise<number> => {
  const { TILLWATCH_DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl, CLICKHOUSE_URL } = readConfig(options)
  if (ownerUrl === undefined || appUrl === undefined)
    throw new TillwatchError(
      'config_invalid',
      'TILLWATCH_DATABASE_OWNER_URL and DATABASE_URL: needed to migrate; embedded databases are migrated at each start',
    )
  await migratePostgres(ownerUrl, decodeURIComponent(new URL(appUrl).password))
  if (CLICKHOUSE_URL !== undefined) {
    const clickhouse = openClickHouse(CLICKHOUSE_URL)
    try {
      await migrateClickHouse(clickhouse, systemClock.now())
    } finally {
      await clickhouse.close()
    }
  }
  print(options, { migrated: true }, ['The databases are at the newest version.'])
  return EXIT.done
}

/** `tillwatch migrate`: for installations whose services do not know the password of the schema's owner. */
export const addMigrate = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(
    program.command('migrate').description('bring real databases to the newest version'),
  ).action(async (options: CommonOptions) => exit(await run(options)))
}
