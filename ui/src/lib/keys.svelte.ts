import { untrack } from 'svelte'
import { router } from './router.svelte.ts'

/** A key, or two in a row, and what they do; shown by `?`. */
export interface Shortcut {
  /** `j`, `/`, `?` or `g p`. */
  readonly keys: string
  readonly label: string
  run(): void
}

const SWITCH = 'tillwatch:single-keys'
const SEQUENCE_MS = 1_200

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** Keys of the page and of the whole; single keys can be switched off (WCAG 2.1.4). */
class Keys {
  #groups = $state<readonly (readonly Shortcut[])[]>([])
  #enabled = $state(localStorage.getItem(SWITCH) !== 'off')
  #first = ''
  #firstAt = 0

  get all(): readonly Shortcut[] {
    return this.#groups.flat()
  }

  get enabled(): boolean {
    return this.#enabled
  }

  set enabled(on: boolean) {
    this.#enabled = on
    localStorage.setItem(SWITCH, on ? 'on' : 'off')
  }

  /** Adds keys for as long as a page is shown; use it inside `$effect(() => keys.add([...]))`. */
  add(shortcuts: readonly Shortcut[]): () => void {
    // The effect that adds keys must not run again because keys were added.
    this.#groups = [...untrack(() => this.#groups), shortcuts]
    return () => {
      this.#groups = this.#groups.filter((group) => group !== shortcuts)
    }
  }

  /** Handles a key press; the page's own keys win over the general ones. */
  press(event: KeyboardEvent): void {
    if (!this.#enabled || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
    if (document.querySelector('dialog[open]')) return
    const now = event.timeStamp
    const both = this.#first !== '' && now - this.#firstAt < SEQUENCE_MS ? `${this.#first} ${event.key}` : ''
    const hit =
      this.all.findLast(({ keys }) => keys === both) ?? this.all.findLast(({ keys }) => keys === event.key)
    this.#first = hit ? '' : event.key
    this.#firstAt = now
    if (!hit) return
    event.preventDefault()
    hit.run()
  }
}

export const keys = new Keys()

/** `j`, `k` and Enter over the rows of a list: every element with `data-row`; a link in the row is what Enter opens. */
export const rowKeys = (): readonly Shortcut[] => {
  const move = (step: 1 | -1): void => {
    const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')]
    const at = rows.findIndex((row) => row.contains(document.activeElement))
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)]
    const target = next?.matches('a,button') ? next : (next?.querySelector<HTMLElement>('a,button') ?? next)
    target?.focus()
    target?.scrollIntoView({ block: 'nearest' })
  }
  return [
    { keys: 'j', label: 'Next row', run: () => move(1) },
    { keys: 'k', label: 'Row before', run: () => move(-1) },
  ]
}

/** A key that opens a page. */
export const goKey = (letter: string, label: string, path: string): Shortcut => ({
  keys: `g ${letter}`,
  label: `Go to ${label}`,
  run: () => router.go(path),
})
