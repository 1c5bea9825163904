import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

test('the data sources have the types that the dashboards ask for, and no password in the file', () => {
  const { datasources } = parse(read('datasources/tillwatch.yaml')) as {
    datasources: { uid: string; type: string; secureJsonData?: { password: string } }[]
  }
  expect(datasources.map(({ uid, type }) => [uid, type])).toEqual([
    ['prometheus', 'prometheus'],
    ['clickhouse', 'grafana-clickhouse-datasource'],
  ])
  expect(datasources[1]?.secureJsonData?.password).toMatch(/^\$[A-Z_]+$/)
})

test('the dashboards are found in one folder and cannot be changed in Grafana', () => {
  const { providers } = parse(read('dashboards/tillwatch.yaml')) as { providers: unknown[] }
  expect(providers).toEqual([
    expect.objectContaining({
      type: 'file',
      allowUiUpdates: false,
      disableDeletion: true,
      options: { path: '/etc/grafana/dashboards', foldersFromFilesStructure: false },
    }),
  ])
})

test('the reader of ClickHouse is granted the views of the migrations and nothing else', () => {
  const granted = [...read('../clickhouse/read-only-user.ddl').matchAll(/^GRANT (.*) TO grafana;$/gm)]
  const views = readdirSync(new URL('../../core/clickhouse/migrations/', import.meta.url)).flatMap(
    (name) => /^\d+_(grafana_\w+)\.sql$/.exec(name)?.[1] ?? [],
  )
  expect(views).toHaveLength(3)
  expect(granted.map(([, what]) => what)).toEqual(views.map((view) => `SELECT ON tillwatch.${view}`))
})
