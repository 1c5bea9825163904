/** A money call that was begun: the same call with the same key is safe to repeat until its outcome is known. */
export interface Intent {
  readonly key: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** Once the platform named it. */
  readonly paymentId: string | null
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const NAME = 'tillwatch.till.intent'

const isIntent = (value: unknown): value is Intent =>
  typeof value === 'object' && value !== null && 'key' in value && 'path' in value && 'body' in value

/** The call whose outcome is not known yet, also after a reload; null when there is none. */
export const readIntent = (store: Store): Intent | null => {
  try {
    const value: unknown = JSON.parse(store.getItem(NAME) ?? 'null')
    return isIntent(value) ? value : null
  } catch {
    return null
  }
}

/** Writes the call down before it is sent. */
export const keepIntent = (store: Store, intent: Intent): void => store.setItem(NAME, JSON.stringify(intent))

/** Its outcome is known. */
export const dropIntent = (store: Store): void => store.removeItem(NAME)
