import { pathOf, type PageName } from '#core/contracts/pages.ts'
import { call, type RunningPlatform } from '../../tillwatch.ts'

/** A page as somebody opens it. */
export interface Place {
  readonly page: PageName
  readonly role: string
  readonly path: string
}

const firstId = async (
  platform: RunningPlatform,
  role: string,
  path: string,
): Promise<string | undefined> => {
  const { body } = await call(platform, role, 'GET', path)
  const [first] = (body['data'] ?? body['items'] ?? []) as { id: string }[]
  return first?.id
}

/** Pages of one object: who opens them, and the list whose first object is opened. */
const OBJECTS: Readonly<Partial<Record<PageName, readonly [role: string, list: string]>>> = {
  payment: ['manager', '/payments?limit=1'],
  webhook: ['oncall', '/webhooks?limit=1'],
  run: ['finance', '/reconciliation/runs?limit=1'],
  certificate: ['finance', '/reconciliation/certificates?limit=1'],
  exception: ['finance', '/reconciliation/exceptions?limit=1'],
  payout: ['finance', '/payouts?limit=1'],
  alert: ['oncall', '/alerts?limit=1'],
  person: ['admin', '/people?limit=1'],
}

const ROLE_OF: Readonly<Partial<Record<PageName, string>>> = {
  home: 'manager',
  till: 'cashier',
  morning: 'finance',
  approvals: 'manager',
  payments: 'manager',
  webhooks: 'oncall',
  metrics: 'manager',
  reconciliation: 'finance',
  orphans: 'finance',
  reports: 'finance',
  payouts: 'finance',
  alerts: 'oncall',
  people: 'admin',
  access: 'admin',
  tokens: 'admin',
  secrets: 'admin',
  settings: 'admin',
  reviews: 'admin',
  audit: 'auditor',
  account: 'manager',
}

/** The page of the first object that there is; throws where there is none. */
const firstPlace = async (platform: RunningPlatform, page: PageName): Promise<Place> => {
  const [role, list] = OBJECTS[page] ?? ['', '']
  const id = await firstId(platform, role, list)
  if (id === undefined) throw new Error(`there is no ${page} to look at: ${list} is empty`)
  return { page, role, path: pathOf(page, id) }
}

/** Every page with something on it, by the role that works on it; those of the door are opened by nobody. */
export const findPlaces = async (platform: RunningPlatform): Promise<readonly Place[]> => {
  const places: Place[] = (['login', 'setup', 'invitation'] as const).map((page) => ({
    page,
    role: 'nobody',
    path: pathOf(page),
  }))
  for (const [page, role] of Object.entries(ROLE_OF) as [PageName, string][])
    places.push({ page, role, path: pathOf(page) })
  for (const page of Object.keys(OBJECTS) as PageName[]) places.push(await firstPlace(platform, page))
  return places
}
