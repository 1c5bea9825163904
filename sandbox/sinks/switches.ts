import { z } from 'zod'

export const MAIL_MODES = ['ok', 'down', 'tempfail', 'reject'] as const
export const PAGER_MODES = ['ok', '429', '500', '400', 'lost'] as const

const TIMES_MAX = 1_000_000
const times = z.number().int().min(1).max(TIMES_MAX).optional()

/** Body of `POST /_sandbox/sinks`; what is left out stays as it is. `times` answers fail, then all is well again. */
export const switchesShape = z.strictObject({
  mail: z.strictObject({ mode: z.enum(MAIL_MODES), times }).optional(),
  pager: z
    .strictObject({
      mode: z.enum(PAGER_MODES),
      times,
      /** Said with a 429. */
      retry_after_s: z.number().int().min(0).max(86_400).optional(),
    })
    .optional(),
  /** Where the pager tells of what people did there, and the secret with which it signs; null: nowhere. */
  pager_webhook: z
    .strictObject({ url: z.url({ protocol: /^https?$/ }).max(2_000), secret: z.string().min(16).max(200) })
    .nullable()
    .optional(),
})

export type MailMode = (typeof MAIL_MODES)[number]
export type PagerMode = (typeof PAGER_MODES)[number]
export type PagerWebhook = { url: string; secret: string }

/** How a sink answers now. A switch is for a drill: it is forgotten with the process. */
export class Switch<Mode extends string> {
  #mode: Mode
  #left: number | null = null
  readonly #ok: Mode

  constructor(ok: Mode) {
    this.#ok = ok
    this.#mode = ok
  }

  get mode(): Mode {
    return this.#mode
  }

  set(mode: Mode, forTimes: number | undefined): void {
    this.#mode = mode
    this.#left = forTimes ?? null
  }

  /** The mode for the answer that is given now. */
  take(): Mode {
    const mode = this.#mode
    if (this.#left !== null) this.#left -= 1
    if (this.#left === 0) this.set(this.#ok, undefined)
    return mode
  }

  show(): { mode: Mode; times: number | null } {
    return { mode: this.#mode, times: this.#left }
  }
}
