import type { Role } from '#core/access/roles.ts'
import { api, setHooks } from './api.ts'
import { ApiError } from './api-error.ts'
import { shop } from './shop.svelte.ts'

/** Who is logged in, and how far: the answer of `GET /session`. */
export interface SessionFacts {
  readonly state: 'anonymous' | 'mfa_required' | 'enrol_required' | 'active' | 'locked'
  readonly setup_required: boolean
  readonly demo: boolean
  readonly person: {
    readonly id: string
    readonly name: string
    readonly email: string | null
    readonly role: Role
    readonly stores: readonly { readonly id: string; readonly name: string }[] | null
    readonly till: { readonly id: string; readonly name: string } | null
  } | null
  readonly stepped_up_until: string | null
  readonly idle_expires_at: string | null
  readonly expires_at: string | null
  readonly device_till: { readonly id: string; readonly name: string } | null
}

/** The person's session as the platform knows it; nothing of it is decided in the browser. */
class Session {
  #facts = $state<SessionFacts | null>(null)
  #failed = $state<unknown>(null)
  #ended = $state(false)
  /** Set while the step-up dialog waits for a code. */
  #asking = $state<{ answer(done: boolean): void } | null>(null)

  get facts(): SessionFacts | null {
    return this.#facts
  }

  get person(): SessionFacts['person'] {
    return this.#facts?.person ?? null
  }

  get role(): Role | null {
    return this.#facts?.state === 'active' ? (this.#facts.person?.role ?? null) : null
  }

  /** Why the session could not be read; null while all is well. */
  get failed(): unknown {
    return this.#failed
  }

  /** True when a session that was open here is over: removed, revoked or too old. */
  get ended(): boolean {
    return this.#ended
  }

  get asking(): { answer(done: boolean): void } | null {
    return this.#asking
  }

  has(...roles: readonly Role[]): boolean {
    const { role } = this
    return role !== null && roles.includes(role)
  }

  /** Asks the platform who is logged in. */
  async load(): Promise<void> {
    try {
      this.take(await api.get<SessionFacts>('/session'))
      this.#failed = null
    } catch (error) {
      this.#failed = error
    }
  }

  /** Takes an answer of any call of the log-in as the new state. */
  take(facts: SessionFacts): void {
    const begins = facts.state === 'active' && this.#facts?.state !== 'active'
    this.#facts = facts
    this.#ended = false
    if (begins) void shop.load().catch((error: unknown) => (this.#failed = error))
  }

  async logOut(): Promise<void> {
    try {
      await api.remove('/session')
    } catch (error) {
      // Whoever is logged out already has what they wanted.
      if (!(error instanceof ApiError) || error.status !== 401) throw error
    }
    location.assign('/login')
  }

  /** Called at the first answer that knows no session any more. */
  signedOut(): void {
    if (this.#facts?.state === 'active' || this.#facts?.state === 'locked') this.#ended = true
  }

  /** Opens the step-up dialog; true when the second factor was proved. */
  stepUp(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#asking = {
        answer: (done) => {
          this.#asking = null
          resolve(done)
        },
      }
    })
  }
}

export const session = new Session()

setHooks({ signedOut: () => session.signedOut(), stepUp: () => session.stepUp() })
