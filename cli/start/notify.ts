import type { Config } from '#core/config.ts'
import { NO_NOTIFY, type Notify } from '#core/notify.ts'

/** How people are told, as configured. `url` is where this process answers, for links when no public one is set. */
export const notifyOf = (config: Config, url: string): Notify => ({
  ...NO_NOTIFY,
  publicUrl: (config.TILLWATCH_PUBLIC_URL ?? url).replace(/\/+$/, ''),
  smtpUrl: config.SMTP_URL ?? null,
})
