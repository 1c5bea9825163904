/** Length alone makes a password strong; what everybody tries first does not (reliability.md §4, ASVS 6.2). */
export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 128

/** Beginnings of passwords that are tried first; digits and signs around them do not help. */
const WELL_KNOWN = [
  'password',
  'passwort',
  'qwertyuiop',
  'qwerty',
  'letmein',
  'welcome',
  'iloveyou',
  'administrator',
  'admin',
  'changeme',
  'tillwatch',
  'monkey',
  'dragon',
  'football',
  'baseball',
  'sunshine',
  'princess',
  'superman',
  'trustno',
  'abcdefghijkl',
  'abcdefgh',
]

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z]/g, '')

const isRepeated = (text: string): boolean => new Set(text).size <= 3

const isSequence = (text: string): boolean =>
  [...text].every((letter, at) => at === 0 || letter.charCodeAt(0) - text.charCodeAt(at - 1) === 1)

/** Why a password is refused, or undefined. `words` are the person's own: name and e-mail address. */
export const passwordProblem = (password: string, words: readonly string[]): string | undefined => {
  if (password.length < PASSWORD_MIN) return `It needs at least ${PASSWORD_MIN} characters.`
  if (password.length > PASSWORD_MAX) return `It may have at most ${PASSWORD_MAX} characters.`
  if (isRepeated(password) || isSequence(password)) return 'It repeats or counts up.'
  const letters = plain(password)
  if (WELL_KNOWN.some((word) => letters === word || letters === word + word))
    return 'Everybody tries it first.'
  const own = words.flatMap((word) => word.split(/[\s@.]+/)).map(plain)
  const rest = own.reduce((text, word) => (word.length >= 3 ? text.replaceAll(word, '') : text), letters)
  return rest !== letters && rest.length < 4 ? 'It is your own name.' : undefined
}
