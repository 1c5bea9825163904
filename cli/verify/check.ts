/** One line of the morning check or of the verification. */
export interface Check {
  readonly name: string
  readonly status: 'ok' | 'finding' | 'failed' | 'not_configured'
  readonly detail: string
}

/** Runs one check; what it throws is `failed` with the reason, never `ok` and never silence. */
export const runCheck = async (name: string, work: () => Promise<Omit<Check, 'name'>>): Promise<Check> => {
  try {
    return { name, ...(await work()) }
  } catch (error) {
    return { name, status: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** `ok` with `good`, or a finding that counts and names what was found. */
export const findingUnlessNone = (found: readonly string[], good: string): Omit<Check, 'name'> =>
  found.length === 0
    ? { status: 'ok', detail: good }
    : {
        status: 'finding',
        detail: `${found.length}: ${found.slice(0, 5).join(', ')}${found.length > 5 ? ', ...' : ''}`,
      }
