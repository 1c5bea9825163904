/** A short word about something that happened, read out politely and gone by itself. */
export interface Toast {
  readonly id: number
  readonly tone: 'good' | 'bad' | 'plain'
  readonly text: string
}

const SHOWN_MS = 6_000

class Toasts {
  #all = $state<readonly Toast[]>([])
  #next = 1

  get all(): readonly Toast[] {
    return this.#all
  }

  say(text: string, tone: Toast['tone'] = 'plain'): void {
    const id = this.#next++
    this.#all = [...this.#all, { id, tone, text }]
    // What went wrong stays until it is closed.
    if (tone !== 'bad') setTimeout(() => this.close(id), SHOWN_MS)
  }

  close(id: number): void {
    this.#all = this.#all.filter((toast) => toast.id !== id)
  }
}

export const toasts = new Toasts()
