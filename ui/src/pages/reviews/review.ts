/** A quarter's review and how far it is. */
export interface Review {
  readonly id: string
  readonly quarter: string
  readonly opened_at: string
  readonly due_at: string
  readonly signed_off_at: string | null
  readonly signed_off_name: string | null
  readonly items: number
  readonly decided: number
}

/** Somebody, or a program, whose access is looked at. */
export interface ReviewItem {
  readonly subject: string
  readonly name: string
  readonly role: string
  readonly decision: 'keep' | 'remove' | null
  readonly note: string | null
  readonly decided_name: string | null
  readonly decided_at: string | null
}
