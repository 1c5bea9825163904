import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import { contactsSchema, escalationSchema } from './contacts.ts'
import { isCurrency } from './currencies.ts'
import { TillwatchError } from './errors.ts'
import { kpiSettingsSchema } from './kpi/kpi-lines.ts'
import { crossedLines } from './kpi/settings.ts'
import type { Database } from './postgres/db.ts'
import { loadSql } from './postgres/sql.ts'

const id = z.string().regex(/^[a-z0-9_-]{1,40}$/, 'lower-case letters, digits, _ and - only')
const zone = z
  .string()
  .refine((name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC', 'not a time zone')
const currency = z.string().refine(isCurrency, 'not a currency')
const seconds = z.number().int().positive()

const major = z.number().int().min(0)
const hours = z.number().int().positive()

/** From which amount, and from which age, an exception is that severe; the worse of both counts. */
const exceptionRules = z.strictObject({
  severity_amounts: z
    .strictObject({ medium: major.default(10), high: major.default(100), critical: major.default(1_000) })
    .prefault({}),
  /** Currencies whose major unit is worth so little or so much that they need amounts of their own. */
  severity_amounts_by_currency: z
    .array(z.strictObject({ currency, medium: major, high: major, critical: major }))
    .default([]),
  severity_hours: z
    .strictObject({ medium: hours.default(24), high: hours.default(72), critical: hours.default(120) })
    .prefault({}),
  act_within_hours: z
    .strictObject({
      low: hours.default(168),
      medium: hours.default(72),
      high: hours.default(24),
      critical: hours.default(4),
    })
    .prefault({}),
  /**
   * Up to this many major units of the shop's own currency one person may book an exception to an account, never to those of
   * write-offs; write-offs and forced matches always need two (`write_off_tiers`).
   */
  adjust_alone_up_to: major.default(10),
  /** How many exceptions one bulk action may touch. */
  bulk_limit: z.number().int().positive().max(5_000).default(500),
})

/** `shop.yaml`: account, stores, tills, rate card and the times after which something is overdue. */
export const shopSchema = z.strictObject({
  account: z.strictObject({ zone, currency }),
  stores: z
    .array(
      z.strictObject({
        id,
        name: z.string().min(1).max(100),
        zone,
        /** Whom this store's alerts reach instead of the shop's own contacts. */
        contacts: contactsSchema.prefault({}),
        /** Lines that hold in this store instead of the shop's own. */
        kpis: kpiSettingsSchema.prefault({}),
      }),
    )
    .min(1),
  /** Targets, thresholds and smallest samples instead of the runbook's (docs/kpis.md). */
  kpis: kpiSettingsSchema.prefault({}),
  /** How each audience of alerts is reached, and whom to tell when nobody comes (runbook section 3). */
  contacts: contactsSchema.prefault({}),
  escalation: escalationSchema,
  tills: z.array(z.strictObject({ id, store: id, name: z.string().min(1).max(100) })).min(1),
  /** Contracted card fees: `basis_points` of the amount plus `fixed` minor units. A currency without a row is not checked. */
  rate_card: z
    .array(
      z.strictObject({
        currency,
        basis_points: z.number().int().min(0).max(10_000),
        fixed: z.number().int().min(0),
      }),
    )
    .default([]),
  /** Seconds of grace before a movement without its balance transaction, or a payout not yet paid, is an exception. */
  due: z
    .strictObject({
      charge_s: seconds.default(86_400),
      refund_s: seconds.default(86_400),
      dispute_s: seconds.default(86_400),
      payout_s: seconds.default(86_400),
      payout_row_s: seconds.default(86_400),
    })
    .prefault({}),
  /** How urgent exceptions are, by when to act on them, and what needs a second person. Amounts are major units. */
  exceptions: exceptionRules.prefault({}),
  /** What Stripe held before the first business date, in minor units; the first certificates open with it. */
  opening_balances: z
    .array(
      z.strictObject({
        currency,
        balance_type: z
          .string()
          .regex(/^[a-z_]{1,40}$/)
          .default('payments'),
        amount: z.number().int(),
      }),
    )
    .default([]),
  /** What the tills sell, in the account's currency; `tax_amount` of one piece comes on top of its price. */
  items: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        group: z.string().min(1).max(40).default('Items'),
        unit_amount: z.number().int().min(0).max(99_999_999),
        tax_amount: z.number().int().min(0).max(99_999_999).default(0),
      }),
    )
    .max(200)
    .default([]),
  /**
   * What a role gives back alone, in minor units: of one payment, all refunds together, and in a business day. Beyond it another
   * person agrees first. A role or currency without a row has no limit.
   */
  refund_tiers: z
    .array(
      z.strictObject({
        role: z.enum(['cashier', 'finance', 'manager']),
        currency,
        alone_up_to: z.number().int().min(0),
        per_day: z.number().int().min(0).optional(),
      }),
    )
    .default([]),
  /** The older way to write a cashier's tier. */
  cashier_refund_limit: z.array(z.strictObject({ currency, amount: z.number().int().min(0) })).default([]),
  /**
   * Up to what a role agrees to another person's write-off or forced match at the exception desk, in minor units. Without a row for
   * a currency finance agrees to nothing and a manager to everything; without the key finance agrees up to 50 of the shop's currency.
   */
  write_off_tiers: z
    .array(
      z.strictObject({
        role: z.enum(['finance', 'manager']),
        currency,
        agrees_up_to: z.number().int().min(0),
      }),
    )
    .optional(),
  /** Seconds for which a sale may stay part-paid before it is a task for the shop. */
  part_paid_after_s: seconds.default(900),
  /** Language and customs in which receipts write amounts and dates. */
  receipt_locale: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Z]{2})?$/, 'a language such as en or en-GB')
    .default('en-GB'),
  /** Card readers; without `stripe_reader` one is found at Stripe by its label. A till's reader is the one it offers first. */
  readers: z
    .array(
      z.strictObject({
        id,
        stripe_reader: z
          .string()
          .regex(/^tmr_\w+$/, 'a reader of Stripe (tmr_...)')
          .optional(),
        till: id.optional(),
        label: z.string().min(1).max(100),
      }),
    )
    .default([]),
  /** Seconds that a customer has at a reader before it is told to stop. */
  reader_wait_s: seconds.default(120),
  /** Seconds after the end of a business date at which its nightly run is due. */
  nightly_after_s: seconds.default(7_200),
  /** Seconds between two looks at what Stripe booked today; a lost delivery or a real exception is known that soon. */
  reconcile_every_s: seconds.default(300),
  /** Seconds after which a look reads the whole unfinished date again; what changed late is known that soon. */
  reconcile_whole_every_s: seconds.default(3_600),
  /** Seconds between two polls of Stripe's events, which find what no delivery told. */
  poll_every_s: seconds.default(900),
})

export type Shop = z.infer<typeof shopSchema>

const unknownStores = (shop: Shop): string[] => {
  const stores = new Set(shop.stores.map((store) => store.id))
  return shop.tills
    .filter((till) => !stores.has(till.store))
    .map((till) => `tills: ${till.id} names no known store (${till.store})`)
}

const repeated = (values: readonly (string | undefined)[]): string[] =>
  [
    ...new Set(values.filter((value, index) => value !== undefined && values.indexOf(value) !== index)),
  ].filter((value) => value !== undefined)

/** Readers of unknown tills, and whatever would make two readers of the shop one at Stripe. */
const wrongReaders = ({ readers, tills }: Shop): string[] => {
  const known = new Set(tills.map((till) => till.id))
  return [
    ...readers.flatMap(({ id: reader, till }) =>
      till === undefined || known.has(till) ? [] : [`readers: ${reader} names no known till (${till})`],
    ),
    ...repeated(readers.map((reader) => reader.id)).map((value) => `readers: ${value} stands twice`),
    ...repeated(readers.map((reader) => reader.label)).map((value) => `readers: two have the label ${value}`),
    ...repeated(readers.map((reader) => reader.stripe_reader)).map(
      (value) => `readers: two are ${value} at Stripe`,
    ),
  ]
}

/** Of two rows for the same case nobody could say which holds. */
const repeatedTiers = ({ write_off_tiers: tiers = [] }: Shop): string[] =>
  repeated(tiers.map(({ role, currency: of }) => `${role} ${of}`)).map(
    (value) => `write_off_tiers: ${value} stands twice`,
  )

/** Reads `shop.yaml`. Throws `config_invalid` naming every wrong key. */
export const parseShop = (text: string): Shop => {
  const result = shopSchema.safeParse(parse(text))
  const problems = result.success
    ? [
        ...unknownStores(result.data),
        ...wrongReaders(result.data),
        ...repeatedTiers(result.data),
        ...crossedLines(result.data),
      ]
    : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  if (!result.success || problems.length > 0)
    throw new TillwatchError('config_invalid', `shop.yaml: ${problems.join('; ')}`)
  return result.data
}

const upsertShop = loadSql(import.meta.url, 'sql/shop_upsert.sql')

/** What tells one version of the settings from another. */
export const shopDigest = (shop: Shop): string =>
  createHash('sha256').update(JSON.stringify(shop)).digest('hex')

/** Imports a shop as a new version of the settings when it changed; stores, tills and their accounts follow it. */
export const importShop = async (db: Database, shop: Shop, now: Date, by: string): Promise<void> => {
  await db.rows(upsertShop, [shopDigest(shop), JSON.stringify(shop), now, by])
}
