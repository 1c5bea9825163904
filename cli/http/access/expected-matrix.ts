/**
 * Who may use which door, written by hand and never made from the routes: what the test holds them to. Letters are roles:
 * c cashier, f finance, o oncall, m manager, a admin, u auditor.
 */
export interface Expected {
  /** Roles that see the whole shop. */
  readonly whole: string
  /** The same, bound to one store, about its objects; '' where the whole shop is shown. */
  readonly bound: string
  /** Roles among them that may ask, and are shown nothing of what others asked for or may open. */
  readonly hidden?: string
  readonly scope: 'shop' | 'store' | 'own' | 'open'
  /** A fresh second factor. */
  readonly stepUp: boolean
  /** Written to the audit trail when looked at. */
  readonly sensitive: boolean
}

const flags = (marks: string) => ({ stepUp: marks.includes('2'), sensitive: marks.includes('!') })
/** Of the shop as a whole: closed to whoever is bound to a store. Marks: `2` second factor, `!` sensitive. */
const shop = (roles: string, marks = ''): Expected => ({
  whole: roles,
  bound: '',
  scope: 'shop',
  ...flags(marks),
})
/** Of one store: another store's objects are not there for whoever is bound. */
const store = (roles: string, marks = ''): Expected => ({
  whole: roles,
  bound: roles,
  scope: 'store',
  ...flags(marks),
})
/** The caller's own. */
const own = (roles: string): Expected => ({ whole: roles, bound: roles, scope: 'own', ...flags('') })
/** Without a name: it proves itself otherwise (signature, link, password), or holds nothing. */
const open: Expected = { whole: 'cfomau', bound: 'cfomau', scope: 'open', ...flags('') }

const API = '/payments/api'

/** Doors of the API, below its base. */
const OF_API: Readonly<Record<string, Expected>> = {
  'POST /sales': store('cm'),
  'GET /sales': store('cfomu'),
  'GET /sales/{id}': store('cfomu'),
  'POST /sales/{id}/cancel': store('cm'),
  'POST /sales/{id}/hold': store('cm'),
  'POST /sales/{id}/take-up': store('cm'),
  'POST /sales/{id}/tenders': store('cm'),
  'GET /tills': store('cfomau'),
  'GET /tills/{id}/held': store('cm'),
  'GET /tills/{id}/today': store('cfmu'),
  'POST /tills/{id}/device': store('ma', '2'),
  'GET /items': store('cm'),
  'GET /shop': store('cfomau'),
  'GET /readers': store('cfomau'),
  'POST /payments': store('cm'),
  'GET /payments': store('cfomu'),
  'GET /payments/counts': store('cfomu'),
  'GET /payments/export': store('cfomu', '!'),
  'GET /payments/{id}': store('cfomu', '!'),
  'POST /payments/{id}/confirm': store('cm'),
  'POST /payments/{id}/capture': store('cm'),
  'POST /payments/{id}/cancel': store('cm'),
  'POST /payments/{id}/sync': store('cfom'),
  'POST /payments/{id}/notes': store('cfom'),
  'POST /payments/{id}/refunds': store('cfm', '2'),
  'GET /payments/{id}/receipt': store('cfmu'),
  'POST /payments/{id}/receipt/send': store('cfm'),
  'GET /refunds/{id}': store('cfomu'),
  // Cashiers see what they asked for themselves.
  'GET /approvals': { ...store('cfmu'), hidden: 'c' },
  'GET /approvals/{id}': { ...store('cfmu'), hidden: 'c' },
  'POST /approvals/{id}/approve': store('fm', '2'),
  'POST /approvals/{id}/reject': store('cfm'),
  'GET /disputes': store('fomu'),
  'GET /tasks': store('cfomu'),
  // Admins open events and alerts, no payments.
  'GET /lookup': { ...store('cfomau'), hidden: 'a' },
  'GET /views': own('cfomau'),
  'POST /views': own('cfomau'),
  'DELETE /views/{id}': own('cfomau'),
  // Of a store there is nothing that an admin hears of.
  'GET /stream': { ...own('cfomau'), bound: 'cfomu' },
  'GET /ledger/accounts': shop('fmu'),
  'GET /ledger/balances': shop('fmu'),
  'GET /ledger/journal': shop('fmu'),
  'GET /webhooks': shop('omau'),
  'GET /webhooks/summary': shop('omau'),
  'GET /webhooks/{id}': shop('omau', '!'),
  'POST /webhooks/{id}/retry': shop('oa'),
  'POST /webhooks/retry': shop('oa'),
  'POST /webhooks/test': shop('oa'),
  'POST /replay': shop('oma'),
  'GET /metrics': shop('fomau'),
  'GET /metrics/': shop('fomau'),
  'GET /metrics/trend': shop('fomau'),
  'GET /metrics/first-writers': shop('omau'),
  'GET /metrics/attempts': shop('fomu'),
  'GET /metrics/proof': shop('fomu'),
  'GET /metrics/takings': shop('fmu'),
  'POST /reconciliation/runs': shop('fm'),
  'GET /reconciliation/runs': shop('fmu'),
  'GET /reconciliation/runs/{id}': shop('fmu'),
  'GET /reconciliation/runs/{id}/export': shop('fmu', '!'),
  'GET /reconciliation/status': shop('fmu'),
  'GET /reconciliation/calendar': shop('fmu'),
  'GET /reconciliation/certificates': shop('fmu'),
  'GET /reconciliation/certificates/{id}': shop('fmu'),
  'POST /reconciliation/certify': shop('fmu'),
  'GET /reconciliation/reports': shop('fmu'),
  'GET /reconciliation/reports/{type}': shop('fmu', '!'),
  'GET /reconciliation/exceptions': shop('fmu'),
  'GET /reconciliation/exceptions/summary': shop('fmu'),
  'GET /reconciliation/exceptions/reasons': shop('fmu'),
  'GET /reconciliation/exceptions/export': shop('fmu', '!'),
  'GET /reconciliation/exceptions/{id}': shop('fmu'),
  'GET /exceptions/{id}': shop('fmu'),
  'POST /reconciliation/exceptions/bulk': shop('fm', '2'),
  'POST /reconciliation/exceptions/{id}/assign': shop('fm'),
  'POST /reconciliation/exceptions/{id}/note': shop('fm'),
  'POST /reconciliation/exceptions/{id}/reopen': shop('fm', '2'),
  'POST /reconciliation/exceptions/{id}/resolve': shop('fm', '2'),
  'POST /reconciliation/exceptions/{id}/approve': shop('fm', '2'),
  'POST /reconciliation/exceptions/{id}/reject': shop('fm'),
  'GET /payouts': shop('fmu'),
  'GET /payouts/{id}': shop('fmu'),
  'GET /payouts/{id}/lines': shop('fmu'),
  'GET /alerts': shop('omau'),
  'GET /alerts/{id}': shop('omau'),
  'GET /alerts/rules': shop('omau'),
  'GET /alerts/deliveries': shop('omau'),
  'GET /alerts/on-call': shop('omau'),
  'POST /alerts/test': shop('oma'),
  'POST /alerts/{id}/ack': shop('oma'),
  'POST /alerts/{id}/unack': shop('oma'),
  'POST /alerts/{id}/resolve': shop('oma'),
  'POST /alerts/{id}/notes': shop('oma'),
  'POST /silences': shop('oma'),
  'GET /silences': shop('omau'),
  'DELETE /silences/{id}': shop('oma'),
  'GET /audit': shop('mau', '!'),
  'GET /audit/chain': shop('mau'),
  'GET /audit/export': shop('mau', '!'),
  'GET /audit/{id}': shop('mau', '!'),
  'GET /session': open,
  'POST /session': open,
  'DELETE /session': open,
  'GET /session/pin-people': open,
  'POST /session/mfa': open,
  'POST /session/step-up': open,
  'POST /session/pin': open,
  'POST /session/lock': open,
  'POST /session/unlock': open,
  'POST /me/totp': open,
  'POST /me/totp/confirm': open,
  'POST /me/recovery-codes': open,
  'POST /me/password': open,
  'GET /me/sessions': open,
  'DELETE /me/sessions/{id}': open,
  'POST /setup': open,
  'POST /invitations/accept': open,
  'GET /demo/accounts': open,
  'POST /demo/till-device': open,
  'GET /people': shop('au', '!'),
  'POST /people': shop('a', '2'),
  'GET /people/{id}': shop('au'),
  'GET /people/{id}/sessions': shop('au'),
  'POST /people/{id}/change': shop('a', '2'),
  'POST /people/{id}/remove': shop('a', '2'),
  'POST /people/{id}/set-pin': shop('a', '2'),
  'POST /people/{id}/reset-mfa': shop('a', '2'),
  'DELETE /sessions/{id}': shop('a', '2'),
  'GET /devices': shop('mau'),
  'DELETE /devices/{id}': shop('ma', '2'),
  'GET /tokens': shop('au', '!'),
  'POST /tokens': shop('a', '2'),
  'POST /tokens/{id}/revoke': shop('a', '2'),
  'POST /tokens/{id}/rotate': shop('a', '2'),
  'GET /access/table': shop('mau'),
  'GET /access/reviews': shop('au'),
  'POST /access/reviews': shop('a', '2'),
  'GET /access/reviews/{id}': shop('au'),
  'POST /access/reviews/{id}/items/{subject}': shop('a', '2'),
  'POST /access/reviews/{id}/sign-off': shop('a', '2'),
  'GET /morning': shop('fomu'),
  'GET /checks': shop('fomau'),
  'POST /verify': shop('fomu'),
  'GET /settings': shop('au'),
  'GET /secrets': shop('au', '!'),
}

/** Doors outside the API's base. */
const OUTSIDE: Readonly<Record<string, Expected>> = {
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': open,
  'GET /openapi.json': open,
  'GET /docs/alerts': open,
  'GET /alerts/page.css': open,
  'GET /alerts/{id}': open,
  'GET /alerts/{id}/ack': open,
  'POST /alerts/{id}/ack': open,
  'POST /payments/webhooks/stripe': open,
  'POST /payments/webhooks/pagerduty': open,
  'POST /internal/heartbeat': shop('oa'),
}

/** Every door, `METHOD /path` from the root. */
export const EXPECTED: Readonly<Record<string, Expected>> = {
  ...Object.fromEntries(
    Object.entries(OF_API).map(([door, row]) => [door.replace(' ', ` ${API}`), row] as const),
  ),
  ...OUTSIDE,
}
