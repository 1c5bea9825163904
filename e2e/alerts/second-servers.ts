import { readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { parse, stringify } from 'yaml'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { COMMITTED } from '../../alerting/prometheus/second-path.ts'
import {
  freePort,
  startServer,
  until,
  writeGenerated,
} from '../../alerting/prometheus/testing/real-servers.ts'
import { startReceiver } from '../../alerting/testing/receiver.ts'

/** A message of Alertmanager, as far as it is looked at. */
interface Message {
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[]
}

/** Prometheus and Alertmanager beside a platform, and whatever they tell people. */
export interface SecondServers {
  /** Samples of a PromQL query now. */
  query(expr: string): Promise<readonly number[]>
  /** True while Prometheus sees the alert fire, told or not. */
  fires(rule: string): Promise<boolean>
  /** Messages so far that tell of the alert in this state, by pager's action or by webhook. */
  pages(action?: 'trigger' | 'resolve'): readonly unknown[]
  /** What was told so far, one `Rule status` for each alert of each message. */
  told(): readonly string[]
  close(): Promise<void>
}

/** What the real servers wait for is shortened, so that a story takes seconds; the committed files keep theirs. */
const SOON = {
  ...COMMITTED.rhythm,
  scrape: '1s',
  evaluate: '1s',
  waitCritical: '3s',
  wait: '3s',
  interval: '1s',
  heartbeat: '1s',
  // As in the committed files a cause outlives its effects, or these would be told when both are over: an engine that was killed is
  // stale until its first turn, which may take seconds.
  keepFiring: '10s',
}

/** These are told once they have stood for a minute; here for two seconds. Their expressions stay as committed. */
const HASTENED = new Set(['PaymentGatewayDown', 'AlertEngineStale'])

interface Rules {
  readonly groups: readonly { readonly rules: { alert?: string; for?: string }[] }[]
}

const hasten = (file: string): void => {
  const rules = parse(readFileSync(file, 'utf8')) as Rules
  for (const rule of rules.groups.flatMap((group) => group.rules))
    if (rule.alert !== undefined && HASTENED.has(rule.alert)) rule.for = '10s'
  writeFileSync(file, stringify(rules))
}

const askAt =
  (url: string): SecondServers['query'] =>
  async (expr) => {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`)
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
    return data.result.map(({ value }) => Number(value[1]))
  }

/** Takes every mail. While mail is refused, Alertmanager tries for 10 s and tells nothing else of the same alert. */
const startMailbox = async () => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      stream.resume().once('end', () => {
        done()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  const close = async () =>
    new Promise<void>((resolve) => {
      server.close(resolve)
    })
  return { address: `127.0.0.1:${port}`, close }
}

const startReceivers = async () => {
  const [pager, webhook, mailbox] = await Promise.all([startReceiver(), startReceiver(), startMailbox()])
  return { pager, webhook, mailbox }
}

type Receivers = Awaited<ReturnType<typeof startReceivers>>

/** Writes the generated files with our places and starts both servers on them. */
const startBoth = async (platformUrl: string, token: string, { pager, webhook, mailbox }: Receivers) => {
  const [prometheus, alertmanager] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
  const secrets = await makeTempFolder()
  writeFileSync(join(secrets.path, 'pagerduty_key'), 'k'.repeat(32))
  writeFileSync(join(secrets.path, 'heartbeat_token'), token)
  const places = {
    ...COMMITTED.places,
    // One process is the whole platform here.
    targets: { gateway: new URL(platformUrl).host },
    prometheus,
    alertmanager,
    heartbeatUrl: `${platformUrl}/internal/heartbeat`,
    pagerUrl: pager.url,
    webhookUrl: webhook.url,
    smarthost: mailbox.address,
    smtpUser: null,
    requireTls: false,
    secretsDir: secrets.path,
    publicUrl: platformUrl,
    grafanaUrl: '',
  }
  const written = writeGenerated({ rhythm: SOON, places })
  const file = (name: string) => join(written.folder, name)
  hasten(file('prometheus/rules.yml'))
  const servers = [
    startServer('prometheus', [
      `--config.file=${file('prometheus/prometheus.yml')}`,
      `--storage.tsdb.path=${file('tsdb')}`,
      `--web.listen-address=${prometheus}`,
      '--rules.alert.resend-delay=1s',
    ]),
    startServer('prometheus-alertmanager', [
      `--config.file=${file('alertmanager/alertmanager.yml')}`,
      `--storage.path=${file('alerts')}`,
      `--web.listen-address=${alertmanager}`,
      '--cluster.listen-address=',
    ]),
  ]
  const close = async () => {
    await Promise.all(servers.map(async ({ stop }) => stop()))
    written.remove()
    await secrets.remove()
  }
  return { url: `http://${prometheus}`, said: () => servers.map(({ said }) => said()).join('\n'), close }
}

/** Starts Prometheus and Alertmanager on the generated files, for the platform at this address. */
export const startSecondServers = async (platformUrl: string, token: string): Promise<SecondServers> => {
  const receivers = await startReceivers()
  const both = await startBoth(platformUrl, token, receivers)
  const query = askAt(both.url)
  const close = async () => {
    await both.close()
    await Promise.all(Object.values(receivers).map(async (one) => one.close()))
  }
  try {
    await until('Prometheus', async () =>
      (await fetch(`${both.url}/-/ready`).catch(() => null))?.ok ? true : undefined,
    )
  } catch (error) {
    await close()
    throw new Error(both.said(), { cause: error })
  }
  return {
    query,
    fires: async (rule) => (await query(`ALERTS{alertname="${rule}",alertstate="firing"}`)).length > 0,
    pages: (action) =>
      (receivers.pager.bodies as { event_action: string }[]).filter(
        (one) => action === undefined || one.event_action === action,
      ),
    told: () =>
      (receivers.webhook.bodies as Message[]).flatMap(({ alerts }) =>
        alerts.map(({ status, labels }) => `${labels['alertname'] ?? ''} ${status}`),
      ),
    close,
  }
}
