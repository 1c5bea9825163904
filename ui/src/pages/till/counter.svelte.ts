import { pause } from '../../lib/pause.ts'
import { api, newKey } from '../../lib/api.ts'
import { session } from '../../lib/session.svelte.ts'
import { shop } from '../../lib/shop.svelte.ts'
import { ApiError } from '../../lib/api-error.ts'
import {
  addItem,
  basketTotal,
  changeQuantity,
  fromLines,
  toLines,
  type Basket,
  type BasketLine,
  type Item,
} from './domain/basket.ts'
import { dropIntent, keepIntent, readIntent, type Intent } from './domain/intent.ts'
import { readFailure } from './read-answer.ts'
import { offer } from './offer.svelte.ts'
import { isOpen, stepTender, type Happening, type Tender, type TillPayment } from './domain/tender.ts'

/** A sale as the platform answers it. */
export interface Sale {
  readonly id: string
  readonly total: number
  readonly amount_due: number
  readonly amount_paid: number
  readonly status: string
  readonly held: { readonly note: string; readonly at: string } | null
}
export type HeldSale = Sale & { readonly lines: readonly BasketLine[] }

/** How the customer pays, and how much of it. */
export type Wanted = Readonly<Record<string, unknown>> & { readonly type: 'card' | 'cash' | 'check' }

interface Kept {
  readonly basket: Basket
  readonly sale: Sale | null
  readonly ref: string
  readonly taken: readonly TillPayment[]
}

const STORE = 'tillwatch.till.counter'
/** The longest that an answer is waited for; after that the outcome is asked for again. */
const ANSWER_MS = 40_000
const LOOK_MS = 1_000

const readKept = (): Kept | null => {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? 'null') as Kept | null
  } catch {
    return null
  }
}

/** The sale at this till: its basket, what was paid of it, and the tender under way. It outlives a reload and the lock. */
class Counter {
  #basket = $state.raw<Basket>([])
  #sale = $state.raw<Sale | null>(null)
  #taken = $state.raw<readonly TillPayment[]>([])
  #tender = $state.raw<Tender>({ at: 'choosing' })
  #paying = $state(false)
  #tillId = $state('')
  #ref = newKey()
  #isFollowing = false

  constructor() {
    const kept = readKept()
    if (!kept) return
    this.#basket = kept.basket
    this.#sale = kept.sale
    this.#ref = kept.ref
    this.#taken = kept.taken
    this.#paying = kept.taken.length > 0
  }

  get basket(): Basket {
    return this.#basket
  }
  get tender(): Tender {
    return this.#tender
  }
  get taken(): readonly TillPayment[] {
    return this.#taken
  }
  get total(): number {
    return this.#sale?.total ?? basketTotal(this.#basket)
  }
  get due(): number {
    return this.#sale?.amount_due ?? this.total
  }
  get paying(): boolean {
    return this.#paying
  }
  get done(): boolean {
    return this.#sale !== null && this.due === 0 && this.#taken.length > 0 && !isOpen(this.#tender)
  }
  /** True while a tender's outcome is not known: then nothing else begins. */
  get busy(): boolean {
    return isOpen(this.#tender)
  }
  /** Nothing changes in a basket of which something is paid or being paid. */
  get fixed(): boolean {
    return this.busy || this.#taken.length > 0 || (this.#sale?.amount_paid ?? 0) > 0
  }
  get tillId(): string {
    return this.#tillId
  }

  /** Begins at a till, and goes on with a call whose outcome was not known when the page was left. */
  open(tillId: string): void {
    this.#tillId = tillId
    if (readIntent(sessionStorage) === null || this.busy) return
    this.#paying = true
    this.#happen({ kind: 'resume' })
    void this.#follow()
  }

  add(item: Omit<Item, 'group'>): void {
    if (!this.fixed) this.#change(addItem(this.#basket, item))
  }

  more(at: number, by: number): void {
    if (!this.fixed) this.#change(changeQuantity(this.#basket, at, by))
  }

  /** Begins anew; a sale that was opened and of which nothing is paid is canceled. */
  clear(): void {
    if (!this.fixed) this.#change([])
    this.#paying = false
  }

  toPay(paying: boolean): void {
    if (!this.busy && this.#basket.length > 0) this.#paying = paying
  }

  /** After the receipt: the next customer. */
  next(): void {
    if (!this.done) return
    this.#reset([], null)
  }

  /** Sends one tender, once, however often the button is pressed. */
  async pay(wanted: Wanted): Promise<void> {
    if (this.#tender.at !== 'choosing') return
    this.#happen({ kind: 'begin' })
    const sale = await this.#openSale().catch((error: unknown) => this.#notOpened(error))
    if (!sale) return
    const intent: Intent = {
      key: newKey(),
      path: `/sales/${sale.id}/tenders`,
      body: { ...wanted, ...this.#cashier() },
      paymentId: null,
    }
    keepIntent(sessionStorage, intent)
    await this.#send(intent)
    void this.#follow()
  }

  /** Tells the reader or the bank that nobody waits any more; what had been taken by then is told as taken. */
  async stop(): Promise<void> {
    const tender = this.#tender
    if (tender.at !== 'reader' && tender.at !== 'asking') return
    const { id } = tender.payment
    const payment = await api.post<TillPayment>(
      `/payments/${id}/cancel`,
      {},
      { idempotencyKey: `ui_stop_${id}` },
    )
    this.#happen({ kind: 'said', payment })
  }

  dismiss(): void {
    this.#happen({ kind: 'dismiss' })
    this.#paying = this.due > 0
  }

  /** Puts the items aside with a word about whose they are. */
  async hold(note: string): Promise<void> {
    if (this.busy || this.#basket.length === 0) return
    const sale = await this.#openSale()
    await api.post(`/sales/${sale.id}/hold`, { note })
    this.#reset([], null)
  }

  async takeUp(id: string): Promise<void> {
    if (this.#basket.length > 0) return
    const sale = await api.post<HeldSale>(`/sales/${id}/take-up`)
    this.#reset(fromLines(sale.lines), sale)
    this.#paying = sale.amount_paid > 0
  }

  #cashier() {
    return session.person ? { cashier_ref: session.person.name.slice(0, 100) } : {}
  }

  #change(basket: Basket): void {
    const old = this.#sale
    this.#reset(basket, null)
    // A sale's lines do not change: another basket is another sale, and the old one is of no use any more.
    if (old) void api.post(`/sales/${old.id}/cancel`).catch(() => undefined)
  }

  #reset(basket: Basket, sale: Sale | null): void {
    this.#basket = basket
    this.#sale = sale
    this.#ref = newKey()
    offer.take('same')
    this.#taken = []
    this.#tender = { at: 'choosing' }
    this.#paying = false
    this.#keep()
  }

  #keep(): void {
    const kept: Kept = { basket: this.#basket, sale: this.#sale, ref: this.#ref, taken: this.#taken }
    sessionStorage.setItem(STORE, JSON.stringify(kept))
  }

  /** The sale at the platform; the same reference makes it once, also when the answer was lost. */
  async #openSale(): Promise<Sale> {
    if (this.#sale) return this.#sale
    this.#keep()
    this.#sale = await api.post<Sale>('/sales', {
      till_id: this.#tillId,
      currency: shop.currency,
      lines: toLines(this.#basket),
      external_ref: this.#ref,
      ...this.#cashier(),
    })
    this.#keep()
    return this.#sale
  }

  /** No tender was sent yet: whatever came of the sale, no money was asked for. */
  #notOpened(error: unknown): null {
    const known = error instanceof ApiError ? error : null
    const message = `${known?.message ?? 'The sale could not be opened.'} Nothing was charged.`
    this.#happen({ kind: 'rejected', message, requestId: known?.requestId ?? '' })
    return null
  }

  async #send({ key, path, body }: Intent): Promise<void> {
    try {
      const options = { idempotencyKey: key, signal: AbortSignal.timeout(ANSWER_MS) }
      this.#happen({ kind: 'said', payment: await api.post<TillPayment>(path, body, options) })
    } catch (error) {
      this.#happen(readFailure(error))
    }
  }

  async #look(paymentId: string): Promise<void> {
    try {
      const options = { signal: AbortSignal.timeout(ANSWER_MS) }
      this.#happen({
        kind: 'said',
        payment: await api.get<TillPayment>(`/payments/${paymentId}`, {}, options),
      })
    } catch {
      this.#happen({ kind: 'lost' })
    }
  }

  /** Asks until the outcome is known: the payment where it has a name, else the same call again under the same key. */
  async #follow(): Promise<void> {
    if (this.#isFollowing) return
    this.#isFollowing = true
    while (isOpen(this.#tender)) {
      await pause(LOOK_MS)
      const intent = readIntent(sessionStorage)
      if (!intent) break
      if (session.facts?.state !== 'active') continue
      await (intent.paymentId === null ? this.#send(intent) : this.#look(intent.paymentId))
    }
    this.#isFollowing = false
  }

  #happen(happening: Happening): void {
    const before = this.#tender
    this.#tender = stepTender(before, happening)
    const intent = readIntent(sessionStorage)
    const payment = 'payment' in this.#tender ? this.#tender.payment : null
    if (intent && payment && intent.paymentId === null && isOpen(this.#tender))
      keepIntent(sessionStorage, { ...intent, paymentId: payment.id })
    if (intent && !isOpen(this.#tender)) dropIntent(sessionStorage)
    if (payment && this.#tender.at === 'paid' && before.at !== 'paid') this.#take(payment)
  }

  #take(payment: TillPayment): void {
    this.#taken = [...this.#taken, payment]
    if (this.#sale)
      this.#sale = {
        ...this.#sale,
        amount_due: payment.sale.amount_due,
        amount_paid: this.#sale.total - payment.sale.amount_due,
      }
    this.#keep()
  }
}

export const counter = new Counter()
