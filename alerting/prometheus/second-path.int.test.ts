import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lacks } from '#core/testing/lacks.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { webhookBodyOf } from '../messages/webhook-body.ts'
import { BAD_HOUR } from '../messages/testing/notices.ts'
import { startReceiver, type Receiver } from '../testing/receiver.ts'
import { COMMITTED } from './second-path.ts'
import {
  freePort,
  runTool,
  startFigures,
  startServer,
  until,
  writeGenerated,
} from './testing/real-servers.ts'

const BINARIES = ['prometheus', 'promtool', 'prometheus-alertmanager', 'amtool']

describe.skipIf(lacks(...BINARIES))('the generated files', () => {
  const written = writeGenerated()
  const file = (path: string): string => join(written.folder, path)
  afterAll(() => {
    written.remove()
  })

  test('are accepted by Prometheus and Alertmanager', () => {
    expect(runTool('promtool', ['check', 'config', file('prometheus/prometheus.yml')])).toContain('SUCCESS')
    expect(runTool('promtool', ['check', 'rules', file('prometheus/rules.yml')])).toContain('SUCCESS')
    expect(runTool('amtool', ['check-config', file('alertmanager/alertmanager.yml')])).toContain('SUCCESS')
  })

  test.each(['rules.test.yml', 'rules.days.test.yml'])(
    'every rule fires over its line and is silent under it: %s',
    (name) => {
      expect(runTool('promtool', ['test', 'rules', file(`prometheus/${name}`)])).toContain('SUCCESS')
    },
    300_000,
  )

  test.each([
    ['pager_and_mail', ['severity=critical', 'pages=yes', 'path=second', 'alertname=AlertEngineStale']],
    ['pager_and_mail', ['severity=critical', 'pages=yes', 'path=first', 'alertname=LedgerImbalance']],
    ['mail', ['severity=critical', 'pages=no', 'path=first', 'alertname=DisputeEvidenceDueSoon']],
    ['mail', ['severity=warning', 'pages=no', 'path=first', 'alertname=WebhookBacklog']],
    ['nobody', ['severity=info', 'pages=no', 'path=first', 'alertname=AlertStorm']],
    ['nobody', ['severity=none', 'pages=no', 'path=second', 'alertname=AlertEngineAlive']],
    ['heartbeat', ['severity=none', 'pages=no', 'path=second', 'alertname=Watchdog']],
    [
      'pager_and_mail',
      [
        'severity=critical',
        'pages=yes',
        'path=second',
        'alertname=AlertNotificationsFailing',
        'channel=pager',
      ],
    ],
    [
      'mail',
      [
        'severity=critical',
        'pages=yes',
        'path=second',
        'alertname=AlertNotificationsFailing',
        'channel=mail',
      ],
    ],
  ])('%s gets what is %j', (receiver, labels) => {
    const config = `--config.file=${file('alertmanager/alertmanager.yml')}`
    expect(runTool('amtool', ['config', 'routes', 'test', config, ...labels]).trim()).toBe(receiver)
  })
})

interface Alert {
  readonly status: string
  readonly labels: Record<string, string>
}
interface Message {
  readonly status: string
  readonly alerts: readonly Alert[]
}
interface PagerEvent {
  readonly event_action: string
  readonly dedup_key: string
}

const seconds = (): number => Math.floor(Date.now() / 1_000)

/** Type of each field, so that two messages can be laid side by side. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (value === null || typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shapeOf(one)]))
}

describe.skipIf(lacks(...BINARIES))('Prometheus and Alertmanager on the generated files', () => {
  const stops: (() => Promise<void> | void)[] = []
  let figures: Awaited<ReturnType<typeof startFigures>>
  let webhook: Receiver
  let pager: Receiver
  let heartbeat: Receiver
  let prometheusUrl = ''

  const messages = (alertname: string): Message[] =>
    (webhook.bodies as Message[]).filter((one) =>
      one.alerts.some(({ labels }) => labels['alertname'] === alertname),
    )
  const pages = (): PagerEvent[] => pager.bodies as PagerEvent[]
  const healthy = (): Record<string, number> => ({
    alert_evaluation_last_success_timestamp_seconds: seconds(),
    'alert_notifications_total{channel="pager",result="failed"}': 0,
    webhook_dead_letter: 0,
    ledger_imbalance_minor: 0,
  })
  const firing = async (alertname: string): Promise<true | undefined> => {
    const query = encodeURIComponent(`ALERTS{alertname="${alertname}",alertstate="firing"}`)
    const answer = await fetch(`${prometheusUrl}/api/v1/query?query=${query}`)
    const { data } = (await answer.json()) as { data: { result: unknown[] } }
    return data.result.length > 0 ? true : undefined
  }

  beforeAll(async () => {
    ;[figures, webhook, pager, heartbeat] = await Promise.all([
      startFigures(),
      startReceiver(),
      startReceiver(),
      startReceiver(),
    ])
    figures.figures = healthy()
    // Alertmanager reads relative paths from where it was started.
    const secrets = await makeTempFolder()
    const [prometheus, alertmanager] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
    const written = writeGenerated({
      rhythm: {
        ...COMMITTED.rhythm,
        scrape: '1s',
        evaluate: '1s',
        waitCritical: '2s',
        wait: '2s',
        interval: '1s',
        heartbeat: '1s',
        keepFiring: '1s',
      },
      places: {
        ...COMMITTED.places,
        targets: { gateway: figures.target },
        prometheus,
        alertmanager,
        heartbeatUrl: heartbeat.url,
        pagerUrl: pager.url,
        webhookUrl: webhook.url,
        smarthost: '127.0.0.1:9',
        smtpUser: null,
        requireTls: false,
        secretsDir: secrets.path,
        publicUrl: 'https://till.example',
        grafanaUrl: 'https://grafana.example',
      },
    })
    writeFileSync(join(secrets.path, 'pagerduty_key'), 'k'.repeat(32))
    writeFileSync(join(secrets.path, 'heartbeat_token'), 'token-of-the-second-path')
    const alerts = startServer('prometheus-alertmanager', [
      `--config.file=${join(written.folder, 'alertmanager/alertmanager.yml')}`,
      `--storage.path=${join(written.folder, 'am')}`,
      `--web.listen-address=${alertmanager}`,
      '--cluster.listen-address=',
    ])
    const rules = startServer('prometheus', [
      `--config.file=${join(written.folder, 'prometheus/prometheus.yml')}`,
      `--storage.tsdb.path=${join(written.folder, 'tsdb')}`,
      `--web.listen-address=${prometheus}`,
      '--rules.alert.resend-delay=1s',
    ])
    stops.push(rules.stop, alerts.stop, secrets.remove, () => {
      written.remove()
    })
    prometheusUrl = `http://${prometheus}`
    await until('Prometheus', async () =>
      (await fetch(`${prometheusUrl}/-/ready`).catch(() => null))?.ok ? true : undefined,
    )
  }, 120_000)

  afterAll(async () => {
    for (const stop of stops) await stop()
    await Promise.all([figures, webhook, pager, heartbeat].map(async (one) => one.close()))
  })

  test('the Watchdog beats with its token', async () => {
    await until('two beats', () => (heartbeat.bodies.length >= 2 ? true : undefined))
    expect((heartbeat.bodies[0] as Message).alerts[0]?.labels['alertname']).toBe('Watchdog')
    expect(heartbeat.headers[0]?.['authorization']).toBe('Bearer token-of-the-second-path')
  })

  test('while the engine is heard, what it tells is told by nobody else', async () => {
    await until('the engine', () => firing('AlertEngineAlive'))
    figures.figures = { ...healthy(), ledger_imbalance_minor: 1 }
    await until('the imbalance', () => firing('LedgerImbalance'))
    const beats = heartbeat.bodies.length
    await until('eight more beats', () => (heartbeat.bodies.length >= beats + 8 ? true : undefined))
    expect(pages()).toEqual([])
    expect(webhook.bodies).toEqual([])
  })

  test('when our pager fails, the other one rings', async () => {
    figures.figures = { ...healthy(), 'alert_notifications_total{channel="pager",result="failed"}': 3 }
    await until('the page', () => pages()[0])
    expect(pages()[0]).toMatchObject({ event_action: 'trigger', routing_key: 'k'.repeat(32) })
    const [first] = await until('the message', () =>
      messages('AlertNotificationsFailing').length > 0 ? messages('AlertNotificationsFailing') : undefined,
    )
    expect(first).toMatchObject({ status: 'firing', receiver: 'pager_and_mail' })
  })

  test('when the process is gone, one page says so, and it is over when it is back', async () => {
    // What rings already may ring again for its own reason.
    const ringing = new Set(pages().map((page) => page.dedup_key))
    pager.bodies.length = 0
    figures.figures = null
    await until(
      'the page of the gateway',
      () => (messages('PaymentGatewayDown').length > 0 ? true : undefined),
      150_000,
    )
    await until('the stale engine', () => firing('AlertEngineStale'), 150_000)
    const beats = heartbeat.bodies.length
    await until('eight more beats', () => (heartbeat.bodies.length >= beats + 8 ? true : undefined))
    expect(messages('AlertEngineStale')).toEqual([])
    const fresh = pages().filter(({ dedup_key: key }) => !ringing.has(key))
    expect(fresh.map(({ event_action: action }) => action)).toEqual(['trigger'])
    figures.figures = healthy()
    await until('the end', () =>
      messages('PaymentGatewayDown').find(
        ({ status, alerts }) => status === 'resolved' || alerts.some((one) => one.status === 'resolved'),
      ),
    )
  }, 400_000)

  test('our own webhook has every field of its messages, of the same kind', () => {
    const theirs = messages('PaymentGatewayDown')[0] as unknown as Record<string, unknown>
    const ours = webhookBodyOf(BAD_HOUR, 'webhook', 'https://till.example') as Record<string, unknown>
    expect(Object.keys(ours).toSorted()).toEqual(Object.keys(theirs).toSorted())
    const plain = (body: Record<string, unknown>) => {
      const [alert] = body['alerts'] as Record<string, unknown>[]
      const { alerts: _alerts, ...rest } = body
      return { ...rest, ...alert }
    }
    for (const [name, value] of Object.entries(plain(theirs))) {
      const same = plain(ours)[name]
      if (['labels', 'annotations', 'groupLabels', 'commonLabels', 'commonAnnotations'].includes(name)) {
        for (const one of Object.values(same as object)) expect(typeof one, name).toBe('string')
      } else expect(shapeOf(same), name).toEqual(shapeOf(value))
    }
  })

  test('evaluating every rule costs little', async () => {
    const answer = await (await fetch(`${prometheusUrl}/metrics`)).text()
    const sum = [...answer.matchAll(/^prometheus_rule_group_last_duration_seconds\{.*\} (\S+)$/gm)].reduce(
      (all, [, one]) => all + Number(one),
      0,
    )
    process.stderr.write(`second path: one evaluation of all rules takes ${(sum * 1_000).toFixed(1)} ms\n`)
    expect(sum).toBeLessThan(1)
  })
})
