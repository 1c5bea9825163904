/** How the next tender begins: what the cashier chose after the last one, such as another card, or a split. */
class Offer {
  #method = $state<'card' | 'cash' | 'check'>('card')
  #avoid = $state('')
  #split = false

  get method(): 'card' | 'cash' | 'check' {
    return this.#method
  }
  set method(method: 'card' | 'cash' | 'check') {
    this.#method = method
  }

  /** The reader that did not answer; the next tender takes another where there is one. */
  get avoid(): string {
    return this.#avoid
  }

  /** Takes up what the cashier chose of a refusal's offers. */
  take(choice: 'same' | 'other_card' | 'other_reader' | 'split' | 'cash', reader = ''): void {
    this.#method = choice === 'cash' ? 'cash' : 'card'
    this.#avoid = choice === 'other_reader' ? reader : ''
    this.#split = choice === 'split'
  }

  /** True once after a split was chosen. */
  takeSplit(): boolean {
    const isSplit = this.#split
    this.#split = false
    return isSplit
  }
}

export const offer = new Offer()
