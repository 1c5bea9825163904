/** A row of the audit trail as the API shows it. */
export interface AuditEntry {
  readonly id: string
  readonly at: string
  readonly kind: 'call' | 'outcome' | 'read' | 'refused' | 'job'
  readonly actor_id: string | null
  readonly actor_name: string | null
  readonly role: string | null
  readonly action: string
  readonly object: string | null
  readonly before: unknown
  readonly after: unknown
  readonly request_id: string | null
  readonly trace_id: string | null
  readonly ip: string | null
  readonly user_agent: string | null
  readonly route: string | null
  readonly status: number | null
  readonly code: string | null
  readonly position: number | null
  readonly hash: string | null
}

/** Where the chain stands; `findings` only when every row was looked at. */
export interface ChainState {
  readonly sealed: number
  readonly head: string | null
  readonly anchored: number
  readonly waiting: number
  readonly findings: readonly { readonly position: number; readonly what: string }[] | null
}

/** What each kind of row says, in a word, and in which tone. */
export const KINDS = {
  call: { text: 'asked', tone: 'plain' },
  outcome: { text: 'done', tone: 'good' },
  read: { text: 'looked at', tone: 'info' },
  refused: { text: 'refused', tone: 'warn' },
  job: { text: 'by itself', tone: 'plain' },
} as const

const CLIENT_ERROR = 400

/** A row's word and tone: an outcome that was an error is not "done". */
export const kindOf = ({
  kind,
  status,
  code,
}: AuditEntry): { text: string; tone: 'plain' | 'good' | 'info' | 'warn' | 'bad' } =>
  kind === 'outcome' && (code !== null || (status ?? 0) >= CLIENT_ERROR)
    ? { text: 'not done', tone: 'bad' }
    : KINDS[kind]

/** One field of what was before and after; undefined where a side has none. */
export interface Change {
  readonly field: string
  readonly before: string | undefined
  readonly after: string | undefined
}

const flatten = (value: unknown, path: string, into: Map<string, string>): Map<string, string> => {
  if (typeof value !== 'object' || value === null)
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value))
  else
    for (const [name, inner] of Object.entries(value))
      flatten(inner, path === '' ? name : `${path}.${name}`, into)
  return into
}

const fieldsOf = (value: unknown): Map<string, string> =>
  value === null || value === undefined ? new Map() : flatten(value, '', new Map())

/** Before and after, field by field; those that differ first, in the order in which they stand. */
export const changesOf = (before: unknown, after: unknown): Change[] => {
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  const all = [...new Set([...was.keys(), ...is.keys()])].map((field) => ({
    field,
    before: was.get(field),
    after: is.get(field),
  }))
  const differs = (change: Change): boolean => change.before !== change.after
  return [...all.filter(differs), ...all.filter((change) => !differs(change))]
}

/** Start of a day and the one after, from the dates of two inputs, as the API takes them. */
export const rangeOf = (from: string, to: string): { from: string; to: string } => {
  const dayAfter = (date: string): string => {
    const next = new Date(`${date}T00:00:00Z`)
    next.setUTCDate(next.getUTCDate() + 1)
    return next.toISOString()
  }
  return { from: from === '' ? '' : `${from}T00:00:00.000Z`, to: to === '' ? '' : dayAfter(to) }
}
