import { z } from '@hono/zod-openapi'
import { AUDIENCES } from '#core/contracts/audiences.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import type { AlertRule } from '../domain/rule.ts'
import { addressesOf, contactsOf, gapsOf } from '../people/addresses-of.ts'
import { policyOf } from '../people/policy-of.ts'
import { sendTest } from '../people/send-test.ts'
import { ACTORS, nameOf, READERS } from './wire.ts'

const SEVERITIES = ['critical', 'warning', 'info'] as const
const text = () => z.string()
const address = () => ({ channel: text(), contact: text() })

const knownStore = ({ shop }: Pick<Deps, 'shop'>, store: string | undefined): string | undefined => {
  if (store !== undefined && !shop.stores.some(({ id }) => id === store))
    throw new TillwatchError('query_invalid', undefined, {
      details: { issues: [{ path: 'store', message: 'there is no such store' }] },
    })
  return store
}

const onCallSchema = z.strictObject({
  severity: z.enum(SEVERITIES),
  store: text().nullable(),
  steps: z.array(
    z.strictObject({
      after_s: z.number().int(),
      tell: z.array(text()),
      addresses: z.array(z.strictObject(address())),
    }),
  ),
  rounds: z.number().int(),
  ack_s: z.number().int(),
  contacts: z.array(
    z.strictObject({ audience: text(), mail: z.array(text()), phone: text().nullable(), pager: z.boolean() }),
  ),
  gaps: z.array(z.strictObject({ audience: text(), store: text().nullable() })),
})

const toContacts = (deps: Deps, store: string | undefined) =>
  AUDIENCES.flatMap((audience) =>
    contactsOf(deps.shop, audience, store).map(({ mail, phone, pager }) => ({
      audience,
      mail: [...mail],
      phone: phone ?? null,
      pager,
    })),
  )

const onCallOf = (
  deps: Deps,
  rules: readonly AlertRule[],
  rule: Pick<AlertRule, 'severity' | 'tell' | 'pages'>,
  store: string | undefined,
) => {
  const { steps, rounds, ackExpiresMs } = policyOf(deps.shop, rule)
  const about = { store, severity: rule.severity, pages: rule.pages }
  return {
    severity: rule.severity,
    store: store ?? null,
    steps: steps.map(({ afterMs, contacts }) => ({
      after_s: afterMs / 1_000,
      tell: [...contacts],
      addresses: addressesOf(deps.shop, deps.notify, contacts, about).map((one) => ({ ...one })),
    })),
    rounds,
    ack_s: ackExpiresMs / 1_000,
    contacts: toContacts(deps, store),
    gaps: gapsOf(
      deps.shop,
      deps.notify,
      rules.flatMap(({ tell }) => tell),
    ).map((gap) => ({ ...gap })),
  }
}

const addOnCall = (api: Api, deps: Deps, rules: readonly AlertRule[]): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/alerts/on-call',
      summary: 'Who would be told, when and by which ways: of a rule, or of a severity; and who is missing',
      allow: READERS,
      scope: 'shop',
      query: z.strictObject({
        severity: z.enum(SEVERITIES).default('critical'),
        store: textField(40).optional(),
        rule: textField(100).optional(),
      }),
      answers: { 200: onCallSchema },
      errors: [],
    },
    async ({ query: { severity, store, rule: name } }) => {
      const known = rules.find((rule) => rule.name === name)
      if (name !== undefined && known === undefined) throw new TillwatchError('not_found')
      const rule = known ?? { severity, tell: ['on_call'] as const, pages: severity === 'critical' }
      return { status: 200, body: onCallOf(deps, rules, rule, knownStore(deps, store)) }
    },
  )

const addTest = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/alerts/test',
      summary:
        'Sends a message marked as a test by every way that leads to an audience, and says what came of each',
      allow: ACTORS,
      scope: 'shop',
      body: z.strictObject({
        audience: z.enum(AUDIENCES).default('on_call'),
        store: textField(40).optional(),
      }),
      bodyOptional: true,
      answers: {
        200: z.strictObject({
          audience: text(),
          results: z.array(
            z.strictObject({
              ...address(),
              result: z.enum(['taken', 'refused', 'later']),
              why: text().nullable(),
            }),
          ),
        }),
      },
      errors: [],
    },
    async ({ body: { audience, store }, principal }) => {
      const by = await nameOf(deps, principal)
      const results = await sendTest(deps, { audience, store: knownStore(deps, store), by })
      return { status: 200, body: { audience, results } }
    },
  )

/** Who would be told of what, and a test that they can be. */
export const addOnCallRoutes = (api: Api, deps: Deps, rules: readonly AlertRule[]): void => {
  addOnCall(api, deps, rules)
  addTest(api, deps)
}
