/** A ready account of the sandbox, with everything that its person knows or holds. */
export interface DemoAccount {
  readonly name: string
  readonly email: string
  readonly role: string
  readonly password: string
  readonly code: string | null
  readonly pin: string | null
  readonly till_id: string | null
}
