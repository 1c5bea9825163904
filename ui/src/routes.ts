import type { Component } from 'svelte'
import type { Role } from '#core/access/roles.ts'
import type { PageName } from '#core/contracts/pages.ts'

/** A page: who finds it in the menu, and where its code is. What may be seen is decided by the API alone. */
export interface Route {
  readonly page: PageName
  readonly roles: readonly Role[] | 'anybody'
  /** In the menu, under this heading; pages of one object have none. */
  readonly menu?: { readonly group: string; readonly label: string; readonly key: string }
  readonly load: () => Promise<{ default: Component<{ id: string }> | Component<Record<string, never>> }>
}

const SEES: readonly Role[] = ['finance', 'oncall', 'manager', 'auditor']
const BOOKS: readonly Role[] = ['finance', 'manager', 'auditor']
const WATCHES: readonly Role[] = ['oncall', 'manager', 'admin', 'auditor']
const GOVERNS: readonly Role[] = ['admin', 'auditor']

const menu = (group: string, label: string, key: string) => ({ group, label, key })

/** Every page of core/contracts/pages.ts, in the order of the menu. */
export const ROUTES: readonly Route[] = [
  {
    page: 'home',
    roles: [...SEES, 'admin', 'cashier'],
    menu: menu('Today', 'Home', 'h'),
    load: () => import('./pages/home/HomePage.svelte'),
  },
  {
    page: 'till',
    roles: ['cashier', 'manager'],
    menu: menu('Today', 'Till', 't'),
    load: () => import('./pages/till/TillPage.svelte'),
  },
  {
    page: 'morning',
    roles: ['finance', 'oncall', 'manager', 'auditor'],
    menu: menu('Today', 'Morning', 'm'),
    load: () => import('./pages/morning/MorningPage.svelte'),
  },
  {
    page: 'approvals',
    roles: ['finance', 'manager', 'auditor'],
    menu: menu('Today', 'Approvals', 'o'),
    load: () => import('./pages/approvals/ApprovalsPage.svelte'),
  },
  {
    page: 'payments',
    roles: [...SEES, 'cashier'],
    menu: menu('Payments', 'Payments', 'p'),
    load: () => import('./pages/payments/PaymentsPage.svelte'),
  },
  {
    page: 'payment',
    roles: [...SEES, 'cashier'],
    load: () => import('./pages/payments/PaymentPage.svelte'),
  },
  {
    page: 'webhooks',
    roles: [...WATCHES, 'finance'],
    menu: menu('Payments', 'Webhooks', 'w'),
    load: () => import('./pages/webhooks/WebhooksPage.svelte'),
  },
  {
    page: 'webhook',
    roles: [...WATCHES, 'finance'],
    load: () => import('./pages/webhooks/WebhookPage.svelte'),
  },
  {
    page: 'metrics',
    roles: [...SEES, 'admin'],
    menu: menu('Payments', 'Metrics', 'k'),
    load: () => import('./pages/metrics/MetricsPage.svelte'),
  },
  {
    page: 'alerts',
    roles: WATCHES,
    menu: menu('Payments', 'Alerts', 'a'),
    load: () => import('./pages/alerts/AlertsPage.svelte'),
  },
  {
    page: 'alert',
    roles: WATCHES,
    load: () => import('./pages/alerts/AlertPage.svelte'),
  },
  {
    page: 'reconciliation',
    roles: BOOKS,
    menu: menu('Books', 'Reconciliation', 'r'),
    load: () => import('./pages/reconciliation/ReconciliationPage.svelte'),
  },
  {
    page: 'run',
    roles: BOOKS,
    load: () => import('./pages/reconciliation/RunPage.svelte'),
  },
  {
    page: 'certificate',
    roles: BOOKS,
    load: () => import('./pages/reconciliation/CertificatePage.svelte'),
  },
  {
    page: 'exception',
    roles: BOOKS,
    load: () => import('./pages/exceptions/ExceptionPage.svelte'),
  },
  {
    page: 'orphans',
    roles: BOOKS,
    menu: menu('Books', 'Orphans', 'x'),
    load: () => import('./pages/exceptions/OrphansPage.svelte'),
  },
  {
    page: 'payouts',
    roles: BOOKS,
    menu: menu('Books', 'Payouts', 'u'),
    load: () => import('./pages/payouts/PayoutsPage.svelte'),
  },
  {
    page: 'payout',
    roles: BOOKS,
    load: () => import('./pages/payouts/PayoutPage.svelte'),
  },
  {
    page: 'reports',
    roles: BOOKS,
    menu: menu('Books', 'Reports', 'e'),
    load: () => import('./pages/reconciliation/ReportsPage.svelte'),
  },
  {
    page: 'people',
    roles: GOVERNS,
    menu: menu('Admin', 'People', 'l'),
    load: () => import('./pages/people/PeoplePage.svelte'),
  },
  {
    page: 'person',
    roles: GOVERNS,
    load: () => import('./pages/people/PersonPage.svelte'),
  },
  {
    page: 'access',
    roles: [...GOVERNS, 'manager'],
    menu: menu('Admin', 'Access', 'c'),
    load: () => import('./pages/access/AccessPage.svelte'),
  },
  {
    page: 'reviews',
    roles: GOVERNS,
    menu: menu('Admin', 'Reviews', 'v'),
    load: () => import('./pages/reviews/ReviewsPage.svelte'),
  },
  {
    page: 'tokens',
    roles: GOVERNS,
    menu: menu('Admin', 'Tokens', 'n'),
    load: () => import('./pages/tokens/TokensPage.svelte'),
  },
  {
    page: 'secrets',
    roles: GOVERNS,
    menu: menu('Admin', 'Secrets', 's'),
    load: () => import('./pages/secrets/SecretsPage.svelte'),
  },
  {
    page: 'settings',
    roles: GOVERNS,
    menu: menu('Admin', 'Settings', 'i'),
    load: () => import('./pages/settings/SettingsPage.svelte'),
  },
  {
    page: 'audit',
    roles: [...GOVERNS, 'manager'],
    menu: menu('Admin', 'Audit', 'd'),
    load: () => import('./pages/audit/AuditPage.svelte'),
  },
  {
    page: 'account',
    roles: 'anybody',
    load: () => import('./pages/account/AccountPage.svelte'),
  },
  { page: 'login', roles: 'anybody', load: () => import('./pages/login/LoginPage.svelte') },
  { page: 'setup', roles: 'anybody', load: () => import('./pages/setup/SetupPage.svelte') },
  {
    page: 'invitation',
    roles: 'anybody',
    load: () => import('./pages/invitation/InvitationPage.svelte'),
  },
]
