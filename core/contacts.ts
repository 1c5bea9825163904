import { z } from 'zod'
import { AUDIENCES } from './contracts/audiences.ts'

const NAMES = AUDIENCES.join(', ')
const MAILS_MAX = 20
const STEPS_MAX = 10
/** A week and a day; what waits longer is no escalation (GoAlert's limits, knowledge: observability §1.3). */
const AFTER_MAX_MIN = 9_000
const ROUNDS_MAX = 5
const ACK_MIN_MIN = 5
const ACK_MAX_MIN = 7 * 24 * 60

const audience = z.enum(AUDIENCES, { error: `no such audience; there are ${NAMES}` })

/** How one audience is reached. `phone` is for people: it stands beside the name and is never dialled. */
const contact = (pager: boolean) =>
  z
    .strictObject({
      mail: z.array(z.email('not a mail address').max(254)).max(MAILS_MAX).default([]),
      phone: z.string().min(1).max(60).optional(),
      /** The pager rings for this audience when an alert pages. */
      pager: z.boolean().default(pager),
      /** What this audience is told is said in Slack, too. */
      slack: z.boolean().default(false),
    })
    .superRefine((given, context) => {
      // When the pager refuses, somebody must still be reached.
      if (given.pager && given.mail.length === 0)
        context.addIssue({ code: 'custom', path: ['mail'], message: 'whoever is paged needs mail as well' })
    })

export type Contact = z.infer<ReturnType<typeof contact>>

const unknownAudience = (issue: { readonly code?: string | undefined }): string | undefined =>
  issue.code === 'unrecognized_keys' ? `no such audience; there are ${NAMES}` : undefined

/** How every audience is reached; one that is not there reaches nobody, and the start says so. */
export const contactsSchema = z.strictObject(
  {
    on_call: contact(true).optional(),
    it_support: contact(false).optional(),
    store_manager: contact(false).optional(),
    management: contact(false).optional(),
    security: contact(false).optional(),
    compliance: contact(false).optional(),
    finance: contact(false).optional(),
  },
  { error: unknownAudience },
)
export type Contacts = z.infer<typeof contactsSchema>

const step = z.strictObject({
  after_min: z.number().int().min(1).max(AFTER_MAX_MIN),
  tell: z.array(audience).min(1),
})

const ascending = (steps: readonly { readonly after_min: number }[], context: z.RefinementCtx): void => {
  steps.forEach(({ after_min: after }, place) => {
    const before = steps[place - 1]?.after_min ?? 0
    if (after > before) return
    const message = `must be later than the step before it (${before} minutes)`
    context.addIssue({ code: 'custom', path: [place, 'after_min'], message })
  })
}

const chain = (steps: readonly z.input<typeof step>[], rounds: number, ackMin: number) =>
  z
    .strictObject({
      /** Whom else to tell when nobody has taken the incident; whom the alert itself names hears at once. */
      steps: z
        .array(step)
        .max(STEPS_MAX)
        .superRefine(ascending)
        .default(steps.map((given) => ({ ...given, tell: [...given.tell] }))),
      /** How often the whole chain runs when nobody comes. */
      rounds: z
        .number()
        .int()
        .min(1)
        .max(ROUNDS_MAX, `at most ${ROUNDS_MAX} rounds: who did not hear by then will not`)
        .default(rounds),
      /** Minutes between the last step of a round and the next round. */
      pause_min: z.number().int().min(1).max(AFTER_MAX_MIN).default(15),
      /** Minutes after which an acknowledgement is void and the chain starts again. */
      ack_min: z
        .number()
        .int()
        .min(ACK_MIN_MIN, `at least ${ACK_MIN_MIN} minutes: less is no time to work in`)
        .max(ACK_MAX_MIN)
        .default(ackMin),
    })
    .prefault({})

/**
 * Whom to tell when nobody has taken an incident. The defaults are the runbook's contacts in the order of knowledge:
 * observability §1.3: a critical incident goes on, three times over; a warning is repeated to whoever is on call once.
 */
export const escalationSchema = z
  .strictObject({
    critical: chain(
      [
        { after_min: 5, tell: ['on_call'] },
        { after_min: 15, tell: ['it_support', 'store_manager'] },
        { after_min: 30, tell: ['management'] },
      ],
      3,
      60,
    ),
    warning: chain([{ after_min: 30, tell: ['on_call'] }], 1, 8 * 60),
  })
  .prefault({})
export type Escalation = z.infer<typeof escalationSchema>
