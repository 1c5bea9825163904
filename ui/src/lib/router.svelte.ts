import { tick } from 'svelte'

/**
 * Where the person is: path and query of the address, which is the only place that holds filters, tabs, sorting and open
 * drawers, so that back, forward, reload and a copied link show the same again.
 */
class Router {
  #url = $state(new URL(location.href))

  get url(): URL {
    return this.#url
  }

  get path(): string {
    return this.#url.pathname
  }

  get query(): URLSearchParams {
    return this.#url.searchParams
  }

  /** One parameter, or '' when it is not given. */
  param(name: string): string {
    return this.#url.searchParams.get(name) ?? ''
  }

  /** Goes to a path of ours. A new page begins at its top, with the focus on its heading. */
  go(to: string, how: { readonly replace?: boolean } = {}): void {
    const next = new URL(to, this.#url)
    if (next.origin !== location.origin) return location.assign(to)
    const isNewPage = next.pathname !== this.#url.pathname
    history[how.replace === true ? 'replaceState' : 'pushState'](null, '', next)
    this.#url = next
    if (isNewPage) void this.#begin()
  }

  /** The same page with some parameters changed; '' or null takes one away. */
  with(changes: Readonly<Record<string, string | number | null>>): string {
    const next = new URL(this.#url)
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') next.searchParams.delete(name)
      else next.searchParams.set(name, String(value))
    }
    return next.pathname + next.search
  }

  /** Changes parameters of this page; `replace` for what nobody goes back to, such as letters while they are typed. */
  set(
    changes: Readonly<Record<string, string | number | null>>,
    how: { readonly replace?: boolean } = {},
  ): void {
    this.go(this.with(changes), how)
  }

  async #begin(): Promise<void> {
    await tick()
    scrollTo(0, 0)
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }

  /** Takes over clicks on links of ours and the browser's back and forward. Call once. */
  start(): void {
    addEventListener('popstate', () => {
      this.#url = new URL(location.href)
    })
    document.addEventListener('click', (event) => {
      const link = (event.target as Element | null)?.closest('a')
      if (!link || !isPlainClick(event) || !isPageOfOurs(link)) return
      event.preventDefault()
      this.go(link.href)
    })
  }
}

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 &&
  !event.defaultPrevented &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)

/** What is not drawn here: the API, files, and pages of the server. */
const isPageOfOurs = (link: HTMLAnchorElement): boolean =>
  link.origin === location.origin &&
  link.target === '' &&
  !link.hasAttribute('download') &&
  !/^\/(?:payments\/api|_sandbox|docs|assets|metrics$|readyz|healthz|openapi)/.test(link.pathname)

export const router = new Router()
