import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { configSchema, isLive, parseConfig } from '#core/config.ts'
import {
  interpolate,
  readCompose,
  readDockerfile,
  readEnvExample,
  variablesOf,
  type ComposeService,
} from './tidy/compose.ts'
import { edgesOf } from './tidy/import-edges.ts'
import { readRepository } from './tidy/repo-files.ts'
import { isCode, isForTests } from './tidy/source.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

const composeText = read('docker-compose.yml')
const compose = readCompose(composeText)
const services = Object.entries(compose.services)
const PLATFORM = ['gateway', 'worker', 'reconciler', 'alerting']
const WATCHERS = ['prometheus', 'alertmanager', 'grafana-user', 'grafana', 'mailpit']
const ONE_SHOT = ['migrate', 'grafana-user']
const platform = services.filter(([name]) => PLATFORM.includes(name))

const instructions = readDockerfile(read('Dockerfile'))
const of = (name: string): string[] => instructions.filter((one) => one.name === name).map((one) => one.rest)

const example = readEnvExample(read('.env.example'))

/** What an operator would fill in; put together so that no scanner takes it for a key. */
const FILLED_IN = {
  DATABASE_OWNER_PASSWORD: 'owner1',
  DATABASE_APP_PASSWORD: 'app1',
  CLICKHOUSE_PASSWORD: 'click1',
  REDIS_PASSWORD: 'redis1',
  TILLWATCH_PUBLIC_URL: 'https://till.example',
  STRIPE_SECRET_KEY: ['sk', 'live', '1234567890'].join('_'),
  STRIPE_WEBHOOK_SECRETS: ['whsec', '1234567890'].join('_'),
  SMTP_URL: 'smtps://mail.example',
  PAGERDUTY_ROUTING_KEY: 'r'.repeat(32),
  TILLWATCH_LINK_SECRET: 'l'.repeat(16),
}

const environmentOf = (service: ComposeService): Record<string, string> =>
  Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([key, value]) => [key, interpolate(value, FILLED_IN)]),
  )

describe('docker-compose.yml', () => {
  it('runs the stores, a one-shot migration and every service', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      ['postgres', 'clickhouse', 'redis', 'migrate', ...PLATFORM, ...WATCHERS].sort(),
    )
  })

  it.each(services)('%s runs as a user other than root, without capabilities', (_name, service) => {
    expect(service.user).toMatch(/^(?!root|0)\w+/)
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.security_opt).toContain('no-new-privileges:true')
  })

  it.each(services)('%s has a pinned image', (_name, service) => {
    expect(service.image).toMatch(/:v?\d+(\.\d+)*(-[a-z]+)?$/)
  })

  it.each(services.filter(([name]) => !ONE_SHOT.includes(name)))(
    '%s has a health check and restarts',
    (_name, service) => {
      expect(service.healthcheck?.test?.[0]).toMatch(/^CMD/)
      expect(service.restart).toBe('unless-stopped')
    },
  )

  it('publishes pages on loopback and nothing else', () => {
    const published = services.flatMap(([, service]) => service.ports ?? [])
    const ports = published.map((port) => interpolate(port, {}))
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    expect(ports.map((port) => port.split(':')[2])).toEqual(['4242', '9090', '9093', '3000', '8025'])
  })

  it.each(services.filter(([name]) => name !== 'clickhouse'))(
    '%s cannot write to its own image',
    (_name, service) => {
      expect(service.read_only).toBe(true)
    },
  )

  it('keeps what must stay in named volumes', () => {
    const used = services.flatMap(([, service]) =>
      (service.volumes ?? []).flatMap((volume) =>
        typeof volume === 'string' ? [volume.split(':')[0] ?? ''] : [],
      ),
    )
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.volumes).sort())
    for (const store of ['postgres', 'clickhouse', 'redis']) expect(used).toContain(store)
  })

  it.each(platform)('%s starts after healthy stores and a finished migration', (_name, service) => {
    expect(service.depends_on).toEqual({
      migrate: { condition: 'service_completed_successfully' },
      postgres: { condition: 'service_healthy' },
      clickhouse: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    })
    expect(compose.services['migrate']?.healthcheck).toEqual({ disable: true })
  })

  it.each(platform)('%s starts itself and asks its own /healthz', (name, service) => {
    expect(service.command).toEqual(['node', 'bin/tillwatch', 'start', name])
    expect(service.healthcheck?.test?.join(' ')).toContain('127.0.0.1:4242/healthz')
    expect(service.environment?.['TILLWATCH_PORT']).toBe('4242')
  })
})

describe('what the watchers are given', () => {
  const binds = services.flatMap(([name, { volumes = [] }]) =>
    volumes.flatMap((volume) => (typeof volume === 'string' ? [] : [{ name, ...volume }])),
  )

  it.each(binds.filter(({ source }) => source !== './shop.yaml'))(
    '$name mounts $source, which exists, read-only',
    (bind) => {
      expect(existsSync(new URL(bind.source, import.meta.url))).toBe(true)
      expect(bind.read_only).toBe(true)
    },
  )

  it('everything that Prometheus scrapes is a service', () => {
    const hosts = [...read('deploy/prometheus/prometheus.yml').matchAll(/- ([a-z]+):\d+$/gm)].map(
      (hit) => hit[1],
    )
    expect(hosts).toEqual(expect.arrayContaining(PLATFORM))
    for (const host of hosts) expect([...Object.keys(compose.services), 'localhost']).toContain(host)
  })

  it('the start of Alertmanager fills in every address that is not one', () => {
    const start = /entrypoint:[^]*?exec alertmanager/.exec(composeText)?.[0] ?? ''
    const open = read('deploy/alertmanager/alertmanager.yml').matchAll(/\S+\.invalid\S*/g)
    for (const [address] of open) expect(start).toContain(`s|${address}|`)
  })
})

describe('commands of the deployment', () => {
  const files = readRepository(fileURLToPath(new URL('.', import.meta.url)))
  const cli = [...files].filter(([path]) => path.startsWith('cli/')).map(([, text]) => text)
  const commands = services.filter(([, service]) => service.command?.[1] === 'bin/tillwatch')

  it.each(commands)('%s uses a command that the command line has', (_name, service) => {
    const verb = service.command?.[2] ?? ''
    expect(cli.some((text) => text.includes(`.command('${verb}')`))).toBe(true)
  })
})

describe('secrets of the deployment', () => {
  const isSecret = (key: string): boolean => /PASSWORD|SECRET|ROUTING_KEY|SMTP_URL/.test(key)
  /** What an installation without these does not need; empty counts as unset, and none has a value of ours. */
  const isOptional = (key: string): boolean =>
    ['PAGERDUTY_WEBHOOK_SECRETS', 'ALERT_WEBHOOK_SECRET'].includes(key)

  it('every secret is asked for and has no default', () => {
    const variables = variablesOf(composeText)
    const secrets = variables.filter(({ name }) => isSecret(name))
    expect(new Set(secrets.map(({ name }) => name)).size).toBe(16)
    expect(secrets.filter(({ name, unset }) => unset !== 'refused' && !isOptional(name))).toEqual([])
    expect(variables.filter(({ unset }) => unset === 'empty')).toEqual([])
  })

  it('no service holds a literal secret', () => {
    for (const [name, service] of services) {
      for (const [key, value] of Object.entries(service.environment ?? {})) {
        const wanted = isOptional(key) ? /^\$\{\w+:-\}$/ : /^\$\{\w+:\?\}$/
        if (isSecret(key)) expect(value, `${name} ${key}`).toMatch(wanted)
        const inUrl = /:\/\/[^/:@]*:(.*)@/.exec(value)?.[1]
        if (inUrl !== undefined) expect(inUrl, `${name} ${key}`).toMatch(/^\$\{\w+:\?\}$/)
      }
    }
  })

  it('only the migration and the database know the password of the owner', () => {
    const knowing = services.filter(([, service]) =>
      Object.values(service.environment ?? {}).some((value) => value.includes('DATABASE_OWNER_PASSWORD')),
    )
    expect(knowing.map(([name]) => name).sort()).toEqual(['migrate', 'postgres'])
  })

  it('.env.example gives no secret a value', () => {
    expect(example.filter(([key, value]) => isSecret(key) && value !== '')).toEqual([])
  })
})

describe('configuration of the deployment', () => {
  it.each(platform)('%s is accepted with a live Stripe key', (_name, service) => {
    expect(isLive(parseConfig(environmentOf(service)))).toBe(true)
  })

  it('the migration is accepted without Stripe', () => {
    const config = parseConfig(environmentOf(compose.services['migrate'] ?? { image: '' }))
    expect(config.TILLWATCH_DATABASE_OWNER_URL).toBe('postgres://tillwatch:owner1@postgres:5432/tillwatch')
    expect(config.STRIPE_SECRET_KEY).toBeUndefined()
  })

  it.each([...platform, ...services.filter(([name]) => name === 'migrate')])(
    '%s gets only keys that the platform knows',
    (_name, service) => {
      for (const key of Object.keys(service.environment ?? {}))
        expect(Object.keys(configSchema.shape)).toContain(key)
    },
  )

  it('a missing value is refused by name', () => {
    const { SMTP_URL: _left, ...without } = FILLED_IN
    expect(() => interpolate(compose.services['gateway']?.environment?.['SMTP_URL'] ?? '', without)).toThrow(
      'SMTP_URL',
    )
  })

  it('.env.example explains every key of the platform and of the compose file, and no other', () => {
    const asked = variablesOf(composeText).map(({ name }) => name)
    const known = [...new Set([...Object.keys(configSchema.shape), ...asked])]
    expect(example.map(([key]) => key).sort()).toEqual(known.sort())
  })
})

describe('Dockerfile', () => {
  it('builds on Debian slim, the pages in a stage of their own, and runs without development packages', () => {
    expect(of('FROM')).toEqual([
      'node:20-bookworm-slim AS dependencies',
      'node:20-bookworm-slim AS pages',
      'node:20-bookworm-slim',
    ])
    expect(of('RUN').slice(0, 3)).toEqual(['npm ci --omit=dev', 'npm ci', 'npm run build'])
    expect(of('COPY')).toContain('--from=dependencies /app/node_modules ./node_modules')
    expect(of('COPY')).toContain('--from=pages /app/ui/dist ./ui/dist')
  })

  it('ends as a user other than root, with a health check', () => {
    expect(of('USER')).toEqual(['node'])
    expect(instructions.findIndex((one) => one.name === 'USER')).toBeGreaterThan(
      instructions.findLastIndex((one) => one.name === 'COPY'),
    )
    expect(of('HEALTHCHECK')).toEqual([expect.stringContaining('/healthz')])
  })

  it('holds no secret', () => {
    const keys = [...of('ENV'), ...of('ARG')].flatMap((rest) =>
      [...rest.matchAll(/(\w+)=/g)].map((hit) => hit[1]),
    )
    expect(keys).toEqual(['NODE_ENV', 'TILLWATCH_HOST', 'TILLWATCH_PORT', 'TILLWATCH_DATA'])
  })

  it('copies what exists and what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    const copied = of('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .flatMap((rest) => rest.split(/\s+/).slice(0, -1))
    for (const path of copied) {
      expect(existsSync(new URL(path, import.meta.url)), path).toBe(true)
      expect(allowed).toContain(path)
    }
    expect([...allowed].sort()).toEqual([...new Set(copied)].sort())
  })

  it('copies every folder that the platform imports', () => {
    const copied = of('COPY').map((rest) => rest.split(/\s+/)[0])
    const files = readRepository(fileURLToPath(new URL('.', import.meta.url)))
    for (const [path, text] of files) {
      if (!isCode(path) || isForTests(path) || !copied.includes(path.split('/')[0])) continue
      for (const edge of edgesOf(path, text)) {
        if (edge.kind === 'import' && edge.target !== undefined)
          expect(copied, `${path} imports ${edge.target}`).toContain(edge.target.split('/')[0])
      }
    }
  })
})

describe('the alerts of the second path', () => {
  it('lead to dashboards that there are', () => {
    const linked = [...read('deploy/prometheus/rules.yml').matchAll(/\/d\/([a-z-]+)/g)].map(([, uid]) => uid)
    expect(linked.length).toBeGreaterThan(0)
    for (const uid of new Set(linked))
      expect(existsSync(new URL(`dashboards/json/${uid}.json`, import.meta.url)), uid).toBe(true)
  })
})
