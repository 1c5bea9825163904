const KEY = 'tillwatch:theme'

export type ThemeChoice = 'system' | 'light' | 'dark'

const stored = (): ThemeChoice => {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

/** Light, dark, or as the system has it; public/assets/theme.js applies it before the first paint. */
class Theme {
  #choice = $state<ThemeChoice>(stored())

  get choice(): ThemeChoice {
    return this.#choice
  }

  set choice(next: ThemeChoice) {
    this.#choice = next
    if (next === 'system') {
      localStorage.removeItem(KEY)
      delete document.documentElement.dataset['theme']
    } else {
      localStorage.setItem(KEY, next)
      document.documentElement.dataset['theme'] = next
    }
  }
}

export const theme = new Theme()
