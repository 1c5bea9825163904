/** How long the two servers wait; a test of the real servers shortens it, an installation need not. */
export interface Rhythm {
  readonly scrape: string
  readonly evaluate: string
  /** Before the first message of a group: at least two evaluations, or a cause comes after its effect was told. */
  readonly waitCritical: string
  readonly wait: string
  /** Between messages of one group. */
  readonly interval: string
  readonly repeatCritical: string
  readonly repeat: string
  readonly heartbeat: string
  /** How long an alert stays up after its cause is gone; null: as long as its row in the catalogue says. */
  readonly keepFiring: string | null
}

/** Where the parts of an installation stand. */
export interface Places {
  /** `host:port` of each process of the platform, by service. */
  readonly targets: Readonly<Record<string, string>>
  readonly prometheus: string
  readonly alertmanager: string
  readonly heartbeatUrl: string
  /** Null: PagerDuty's own. */
  readonly pagerUrl: string | null
  /** Another receiver of everything that mails or pages, in the shape of webhook v4; null without one. */
  readonly webhookUrl: string | null
  readonly smarthost: string
  readonly smtpUser: string | null
  readonly requireTls: boolean
  readonly mailFrom: string
  readonly mailTo: string
  /** Folder with the files `pagerduty_key`, `smtp_password` and `heartbeat_token`. */
  readonly secretsDir: string
  readonly publicUrl: string
  readonly grafanaUrl: string
}

export interface SecondPath {
  readonly rhythm: Rhythm
  readonly places: Places
}

/** What the committed files say. `*.invalid` is filled in by the container's start (docker-compose.yml); mail to it fails visibly. */
export const COMMITTED: SecondPath = {
  rhythm: {
    scrape: '10s',
    evaluate: '10s',
    waitCritical: '20s',
    wait: '30s',
    interval: '5m',
    repeatCritical: '1h',
    repeat: '4h',
    heartbeat: '1m',
    keepFiring: null,
  },
  places: {
    targets: {
      gateway: 'gateway:4242',
      worker: 'worker:4242',
      reconciler: 'reconciler:4242',
      alerting: 'alerting:4242',
    },
    prometheus: 'localhost:9090',
    alertmanager: 'alertmanager:9093',
    heartbeatUrl: 'http://gateway:4242/internal/heartbeat',
    pagerUrl: null,
    webhookUrl: null,
    smarthost: 'smarthost.invalid:587',
    smtpUser: 'user@smarthost.invalid',
    requireTls: true,
    mailFrom: 'from@mail.invalid',
    mailTo: 'to@mail.invalid',
    secretsDir: '/run/second-path',
    publicUrl: '${TILLWATCH_PUBLIC_URL}',
    grafanaUrl: '${GRAFANA_URL}',
  },
}
