import { hasSecretHead } from '../http/refuse-secrets.ts'
import type { Store } from '../store/store.ts'
import type { Unit } from '../store/unit.ts'
import type { Occasion } from './draw.ts'
import { concerns, draw, groupOf, pick } from './draw.ts'
import { planDeliveries } from './plan-deliveries.ts'
import type { CallRule, FaultCounts, ListRule, Rule, Struck } from './rule.ts'
import { newCounts } from './rule.ts'

/** So many occasions without a hit may be counted again after a kill -9; a hit is written at once. */
const UNWRITTEN_MAX = 32

export type CallAbout = { method: string; path: string; requestId: string; key: string | undefined }
type Row = { id: string; created: number }

/** The faults in force: what they draw, count and write down. Without any, every question is answered with nothing. */
export class Faults {
  readonly #store: Store
  readonly #now: () => number
  #counts: FaultCounts
  #unwritten = 0

  /** Goes on with what the store holds; draws of a former process are not repeated. */
  constructor(store: Store, now: () => number) {
    this.#store = store
    this.#now = now
    const { faults } = store.state
    this.#counts = faults ? { ...faults.counts, epoch: faults.counts.epoch + 1 } : newCounts([])
    if (faults) this.#write()
    store.beforeCommit((unit) => this.#onCommit(unit))
  }

  /** Puts rules in force in place of any others, counts and draws from the beginning. */
  set(name: string | null, rules: readonly Rule[], seed: number): void {
    this.#counts = newCounts(rules)
    this.#unwritten = 0
    const faults = { name, seed, rules: [...rules], counts: this.#copy() }
    this.#store.write({ at_ms: this.#store.state.last_ms, faults })
  }

  /** Ends all faults. What they have already put off still comes when it is due. */
  end(): void {
    if (this.#store.state.faults) this.#store.write({ at_ms: this.#store.state.last_ms, faults: null })
  }

  /** What is in force, with how often each rule was asked and how often it struck. */
  show() {
    const { faults } = this.#store.state
    const { seen, hit } = this.#counts
    const rules = (faults?.rules ?? []).map((rule, at) => ({
      ...rule,
      seen: seen[at] ?? 0,
      hit: hit[at] ?? 0,
    }))
    return { name: faults?.name ?? null, seed: faults?.seed ?? null, rules }
  }

  /** What befalls a call of the API: how long it is held up, and the one fault it meets besides. */
  meetCall(call: CallAbout): { latencyMs: number; rule: CallRule | null } {
    const isQuiet = !this.#store.state.faults || !call.path.startsWith('/v1/')
    if (isQuiet) return { latencyMs: 0, rule: null }
    this.#counts.call += 1
    const { method, path } = call
    const struck = this.strike({ on: 'call', method, path }, this.#counts.call)
    const isHidden = hasSecretHead(path, call.key)
    const about = {
      method,
      path: isHidden ? '(removed)' : path,
      request_id: call.requestId,
      idempotency_key: isHidden ? null : (call.key ?? null),
    }
    for (const hit of struck) this.note(hit, about)
    this.#written(struck.length > 0)
    const rules = struck.map(({ rule }) => rule).filter((rule) => rule.on === 'call')
    const latency = rules.find((rule) => rule.kind === 'latency')
    return { latencyMs: latency?.ms ?? 0, rule: rules.find((rule) => rule !== latency) ?? null }
  }

  /** Which rows a list leaves out for now, or null when no rule speaks of lists; `done` once the page is made. */
  lateRows(): { isVisible: (url: string, row: Row) => boolean; done: () => void } | null {
    const { faults } = this.#store.state
    const late = (faults?.rules ?? [])
      .map((rule, place) => ({ rule, place }))
      .filter((entry): entry is { rule: ListRule; place: number } => entry.rule.on === 'list')
    if (!faults || late.length === 0) return null
    const left = new Map<number, string[]>()
    const isLate = ({ rule, place }: { rule: ListRule; place: number }, url: string, row: Row): boolean => {
      if (!concerns(rule, { on: 'list', path: url })) return false
      this.#count('seen', place)
      const isYoung = row.created * 1000 + rule.s * 1000 > this.#now()
      // By the object alone, so that it stays away until its time rather than come and go.
      const isChosen = isYoung && draw(faults.seed, 'list', place, row.id) < (rule.probability ?? 1)
      if (isChosen) left.set(place, [...(left.get(place) ?? []), row.id])
      return isChosen
    }
    return {
      isVisible: (url, row) => !late.some((entry) => isLate(entry, url, row)),
      done: () => {
        for (const { rule, place } of late) {
          const ids = left.get(place) ?? []
          for (const _id of ids) this.#count('hit', place)
          if (ids.length > 0) this.note({ rule, place }, { ids })
        }
        this.#written(left.size > 0)
      },
    }
  }

  /** Draws for one occasion: at most one rule of each group strikes. `only` asks a single group. */
  strike(occasion: Occasion, word: string | number, only?: string): Struck[] {
    const { faults } = this.#store.state
    if (!faults) return []
    const groups = new Map<string, { rule: Rule; place: number; hits: number }[]>()
    faults.rules.forEach((rule, place) => {
      const group = groupOf(rule.kind)
      if (!concerns(rule, occasion) || (only !== undefined && only !== group)) return
      this.#count('seen', place)
      const entry = { rule, place, hits: this.#counts.hit[place] ?? 0 }
      groups.set(group, [...(groups.get(group) ?? []), entry])
    })
    const struck: Struck[] = []
    for (const [group, rules] of groups) {
      const place = pick(rules, this.#drawn(faults.seed, occasion.on, group, word))
      const rule = place === null ? undefined : faults.rules[place]
      if (place === null || !rule) continue
      this.#count('hit', place)
      struck.push({ rule, place })
    }
    return struck
  }

  /** A further number for a rule that struck, such as how long it delays. */
  drawn(what: string, word: string | number): number {
    return this.#drawn(this.#store.state.faults?.seed ?? 0, what, 'more', word)
  }

  /** Writes a hit into the journal. */
  note({ rule, place }: Struck, about: Record<string, unknown>): void {
    const at_ms = Math.max(this.#now(), this.#store.state.last_ms)
    this.#store.journal.add(at_ms, 'fault', { rule: place, on: rule.on, fault: rule.kind, ...about })
  }

  /** Number of the next delivery drawn for. */
  nextDelivery(): number {
    this.#counts.delivery += 1
    return this.#counts.delivery
  }

  #drawn(seed: number, ...words: (string | number)[]): number {
    return draw(seed, this.#counts.epoch, ...words)
  }

  #onCommit(unit: Unit): void {
    const { state } = this.#store
    if (!state.faults || !unit.change.deliveries) return
    planDeliveries(this, unit, (id) => state.events.get(id))
    // In the commit's own line: what became of a delivery and that it was counted are one fact.
    unit.change.fault_counts = this.#copy()
  }

  #count(what: 'seen' | 'hit', place: number): void {
    this.#counts[what][place] = (this.#counts[what][place] ?? 0) + 1
  }

  #written(isHit: boolean): void {
    this.#unwritten += 1
    if (isHit || this.#unwritten >= UNWRITTEN_MAX) this.#write()
  }

  #write(): void {
    this.#unwritten = 0
    this.#store.write({ at_ms: this.#store.state.last_ms, fault_counts: this.#copy() }, true)
  }

  #copy(): FaultCounts {
    return { ...this.#counts, seen: [...this.#counts.seen], hit: [...this.#counts.hit] }
  }
}
