/** The secret of an invitation in its link, or the secret itself when only that was pasted; '' when there is none. */
export const tokenIn = (text: string): string => {
  const given = text.trim()
  const part = given.includes('#') ? given.slice(given.indexOf('#') + 1) : given
  return /^[0-9a-f]{64}$/.test(part) ? part : ''
}
